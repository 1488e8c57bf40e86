using System.Buffers;

namespace Lamina.Sequences;

/// <summary>
/// The state of a sequence in host memory: the tokens that were computed, and what the decoder keeps of them. Those
/// that hold it count references; the last one gives its memory back to the pool. Safe for use from several threads.
/// </summary>
internal sealed class StateBlock
{
    /// <summary>Between one MiB and the next, so that decoding threads keep most of the processors.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly int _length;
    private readonly HostMemory? _memory;
    private byte[]? _buffer;
    private int _references = 1;

    /// <summary>Creates a block of one reference, with bytes to be filled.</summary>
    /// <param name="model">The model's fingerprint.</param>
    /// <param name="format">The decoder's format of states.</param>
    /// <param name="tokens">The tokens that the state is of; the block keeps the array.</param>
    /// <param name="length">The state's size in bytes.</param>
    /// <param name="memory">What counts its bytes, or null.</param>
    public StateBlock(string model, string format, int[] tokens, int length, HostMemory? memory = null)
    {
        Model = model;
        Format = format;
        Tokens = tokens;
        _length = length;
        _memory = memory;
        _buffer = ArrayPool<byte>.Shared.Rent(length);
        _memory?.Add(Size);
    }

    /// <summary>The model's fingerprint.</summary>
    public string Model { get; }

    /// <summary>The decoder's format of states.</summary>
    public string Format { get; }

    /// <summary>The tokens that the state is of.</summary>
    public int[] Tokens { get; }

    /// <summary>
    /// How many of its tokens were computed with exactly those before them; fewer than all once tokens were taken out
    /// of the sequence's middle.
    /// </summary>
    public int ExactLength { get; init; } = int.MaxValue;

    /// <summary>Held while a decoder loads it.</summary>
    public Lock Gate { get; } = new();

    /// <summary>What it takes of memory, in bytes.</summary>
    public long Size => Buffer.Length + ((long)Tokens.Length * sizeof(int));

    /// <summary>The state.</summary>
    public Memory<byte> Bytes => Buffer.AsMemory(0, _length);

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(SequenceState));

    /// <summary>Adds a reference.</summary>
    /// <exception cref="ObjectDisposedException">The last one was taken away.</exception>
    public StateBlock Retain()
    {
        for (var found = Volatile.Read(ref _references); found > 0;)
        {
            var before = Interlocked.CompareExchange(ref _references, found + 1, found);
            if (before == found)
            {
                return this;
            }

            found = before;
        }

        throw new ObjectDisposedException(nameof(SequenceState));
    }

    /// <summary>
    /// Has the operating system bring its pages, a few at a time, so that whoever fills it need not wait for them. It
    /// changes nothing, and may go on while the block is filled and after.
    /// </summary>
    public async Task TouchAsync()
    {
        const int page = 4096;
        const int few = 256 * page;
        var bytes = Bytes;
        for (var start = 0; start < bytes.Length; start += few)
        {
            Touch(bytes.Span[start..Math.Min(start + few, bytes.Length)]);
            await Task.Delay(Pause).ConfigureAwait(false);
        }

        static void Touch(Span<byte> bytes)
        {
            for (var i = 0; i < bytes.Length; i += page)
            {
                Interlocked.CompareExchange(ref bytes[i], (byte)0, (byte)0);
            }
        }
    }

    /// <summary>Takes a reference away.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _memory?.Add(-Size);
            ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _buffer, null)!);
        }
    }
}
