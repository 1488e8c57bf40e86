using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Lamina.Gguf;

/// <summary>Reads a file from its start through one buffer, and never believes a length that the file cannot hold.</summary>
internal sealed class HeaderReader : IDisposable
{
    // More metadata than any model has, and little enough for any machine.
    private const long MaxHeaderBytes = 1L << 30;

    private readonly SafeFileHandle _file;
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly CancellationToken _cancellationToken;
    private long _bufferStart;
    private int _bufferLength;

    public HeaderReader(string path, CancellationToken cancellationToken)
    {
        Path = path;
        _cancellationToken = cancellationToken;
        _file = File.OpenHandle(path);
        Length = RandomAccess.GetLength(_file);
    }

    public string Path { get; }

    public long Length { get; }

    public long Position { get; private set; }

    public long Remaining => Length - Position;

    public uint ReadUInt32(string what)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        Read(bytes, what);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public ulong ReadUInt64(string what)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Read(bytes, what);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Reads a count of things that take at least so many bytes each.</summary>
    public int ReadCount(string what, int bytesEach)
    {
        var count = ReadUInt64(what);
        var room = Math.Min(Remaining, MaxHeaderBytes - Position);
        if (count > (ulong)room / (ulong)bytesEach)
        {
            throw Fail($"{what} is {count}, which the {Remaining} bytes that follow cannot hold. It is damaged or cut short.");
        }

        return (int)count;
    }

    /// <summary>Reads so many bytes into an array of its own.</summary>
    public byte[] ReadBytes(long count, string what)
    {
        CheckRoom(count, what);
        var bytes = new byte[count];
        Read(bytes, what);
        return bytes;
    }

    public void Read(Span<byte> destination, string what)
    {
        CheckRoom(destination.Length, what);
        while (!destination.IsEmpty)
        {
            var start = (int)(Position - _bufferStart);
            if (start == _bufferLength)
            {
                Fill(what);
                continue;
            }

            var count = Math.Min(_bufferLength - start, destination.Length);
            _buffer.AsSpan(start, count).CopyTo(destination);
            destination = destination[count..];
            Position += count;
        }
    }

    public GgufException Fail(string fault) => new(Path, fault);

    public void Dispose() => _file.Dispose();

    private void CheckRoom(long count, string what)
    {
        if (count > Remaining)
        {
            throw Fail($"{what} needs {count} bytes at byte {Position}, but the file ends at byte {Length}. It is cut short.");
        }

        if (Position + count > MaxHeaderBytes)
        {
            throw Fail($"{what} at byte {Position} takes {count} bytes; a header is at most {MaxHeaderBytes} bytes long.");
        }
    }

    private void Fill(string what)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _bufferStart = Position;
        _bufferLength = RandomAccess.Read(_file, _buffer, Position);
        if (_bufferLength == 0)
        {
            throw Fail($"it ended while {what} was read; another process shortens it.");
        }
    }
}
