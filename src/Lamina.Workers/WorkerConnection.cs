using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Lamina.Workers;

/// <summary>
/// Sends and receives messages over two pipes. Each is a frame of 4 bytes that say what it is, the request's number (8), the
/// lengths of the message in JSON and of the bytes that belong to it (4 each), and then these; little endian.
/// </summary>
internal sealed class WorkerConnection
{
    private const uint Magic = 0x6D4C6B57; // "WkLm"
    private const int HeaderSize = 20;
    private const int BufferSize = 1 << 16;

    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Action<long, WorkerMessage, byte[]> _receive;
    private readonly Action<Exception?> _closed;
    private readonly Channel<Frame> _frames = Channel.CreateUnbounded<Frame>(new() { SingleReader = true });

    /// <summary>Creates the connection.</summary>
    /// <param name="input">What is received.</param>
    /// <param name="output">What is sent.</param>
    /// <param name="receive">Told each message, in order, on a thread of the connection.</param>
    /// <param name="closed">Told once that no more comes, with the reason where it is a fault.</param>
    public WorkerConnection(
        Stream input, Stream output, Action<long, WorkerMessage, byte[]> receive, Action<Exception?> closed)
    {
        _input = input;
        _output = output;
        _receive = receive;
        _closed = closed;
    }

    /// <summary>Begins.</summary>
    /// <returns>A task that ends when all is sent and the output is closed.</returns>
    public Task RunAsync()
    {
        new Thread(Receive) { IsBackground = true, Name = "Lamina worker messages" }.Start();
        return Task.Run(SendAllAsync);
    }

    /// <summary>Sends a message; after <see cref="Complete"/> it is dropped.</summary>
    /// <returns>A task that ends when it was written, or will not be.</returns>
    public Task SendAsync(long id, WorkerMessage message, ReadOnlyMemory<byte> bytes = default)
    {
        var frame = new Frame(
            id, JsonSerializer.SerializeToUtf8Bytes(message, WorkerJson.Instance.WorkerMessage), bytes, new(TaskCreationOptions.RunContinuationsAsynchronously));
        return _frames.Writer.TryWrite(frame) ? frame.Written.Task : Task.CompletedTask;
    }

    /// <summary>Closes the output after all that was sent.</summary>
    public void Complete() => _frames.Writer.TryComplete();

    private async Task SendAllAsync()
    {
        var isBroken = false;
        var header = new byte[HeaderSize];
        var output = new BufferedStream(_output, BufferSize);
        await foreach (var frame in _frames.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                if (!isBroken)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
                    BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(4), frame.Id);
                    BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), frame.Message.Length);
                    BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), frame.Bytes.Length);
                    await output.WriteAsync(header).ConfigureAwait(false);
                    await output.WriteAsync(frame.Message).ConfigureAwait(false);
                    await output.WriteAsync(frame.Bytes).ConfigureAwait(false);
                    if (!_frames.Reader.TryPeek(out _))
                    {
                        await output.FlushAsync().ConfigureAwait(false);
                    }
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The other side is gone, which shows where its messages end.
                isBroken = true;
            }

            frame.Written.SetResult();
        }

        try
        {
            await output.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // Nobody is there to read what it held.
        }
    }

    private void Receive()
    {
        Exception? fault = null;
        try
        {
            while (Read() is var (id, message, bytes))
            {
                _receive(id, message, bytes);
            }
        }
        catch (Exception e)
        {
            fault = e;
        }

        _closed(fault);
    }

    /// <summary>Reads a message; null where no whole one comes any more.</summary>
    private (long Id, WorkerMessage Message, byte[] Bytes)? Read()
    {
        var header = new byte[HeaderSize];
        byte[] message, bytes;
        try
        {
            var read = _input.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false);
            if (read == 0)
            {
                return null;
            }

            if (read < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic)
            {
                throw new InvalidDataException(
                    "What came on the connection is no message. A worker may write nothing to its standard output: "
                    + $"'{Encoding.UTF8.GetString(header, 0, read)}'.");
            }

            message = new byte[BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12))];
            bytes = new byte[BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(16))];
            _input.ReadExactly(message);
            _input.ReadExactly(bytes);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return null;
        }

        return (BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(4)), Parse(message), bytes);
    }

    /// <summary>What a message says; that the request failed where it cannot be understood.</summary>
    private static WorkerMessage Parse(byte[] message)
    {
        try
        {
            return JsonSerializer.Deserialize(message, WorkerJson.Instance.WorkerMessage)!;
        }
        catch (Exception e)
        {
            return new WorkerMessage.Failed(WorkerFailure.Of(e), null);
        }
    }

    private sealed record Frame(long Id, byte[] Message, ReadOnlyMemory<byte> Bytes, TaskCompletionSource Written);
}
