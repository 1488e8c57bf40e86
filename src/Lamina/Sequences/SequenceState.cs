using System.Collections.Immutable;

namespace Lamina.Sequences;

/// <summary>
/// The exact state of a sequence: its tokens, and what the model keeps of those that it has computed. A sequence that
/// is opened on it goes on to the bit as the one that it was taken from, in the same engine, in another, in another KV
/// layout or in another process.
/// </summary>
/// <remarks>Immutable and safe for use from several threads. It holds pooled memory until it is disposed of.</remarks>
public sealed class SequenceState : IDisposable
{
    private StateBlock? _block;

    /// <summary>Creates the state; it takes over a reference to the block.</summary>
    internal SequenceState(StateBlock block, ImmutableArray<int> tokens)
    {
        _block = block;
        Tokens = tokens;
        ModelFingerprint = block.Model;
        Format = block.Format;
        ByteCount = block.Bytes.Length;
        ComputedCount = block.Tokens.Length;
    }

    /// <summary>All tokens of the sequence.</summary>
    public ImmutableArray<int> Tokens { get; }

    /// <summary>How many of the tokens the model has computed, from the first on.</summary>
    public int ComputedCount { get; }

    /// <summary>The model's fingerprint.</summary>
    public string ModelFingerprint { get; }

    /// <summary>
    /// What it depends on besides the model: the runtime, and how it keeps keys and values. Not the KV layout.
    /// </summary>
    public string Format { get; }

    /// <summary>Size in bytes of what the model keeps of the tokens.</summary>
    public long ByteCount { get; }

    /// <summary>What is held.</summary>
    /// <exception cref="ObjectDisposedException">It is disposed of.</exception>
    internal StateBlock Block => _block ?? throw new ObjectDisposedException(nameof(SequenceState));

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _block, null)?.Release();

    public Task SaveAsync(string path, IProgress<float>? progress = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public static Task<SequenceState> LoadAsync(string path, IProgress<float>? progress = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    internal void ThrowIfForeign(string modelFingerprint, string format) {}
}
