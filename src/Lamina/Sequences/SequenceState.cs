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
    private readonly string? _path;
    private StateBlock? _block;

    /// <summary>Creates the state; it takes over a reference to the block.</summary>
    /// <param name="block">The computed tokens, and what the model keeps of them.</param>
    /// <param name="tokens">All tokens, of which the block's are the first.</param>
    /// <param name="path">The file that it was read from, or null.</param>
    internal SequenceState(StateBlock block, ImmutableArray<int> tokens, string? path = null)
    {
        _block = block;
        _path = path;
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

    /// <summary>Reads a state that <see cref="SaveAsync"/> wrote.</summary>
    /// <remarks>
    /// The whole file is checked against its checksums before it is used. These find damage, not forgery: read only
    /// files that nobody else can write to. Whether the state fits an engine shows when a sequence is opened on it.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="progress">
    /// Told the part that is read, from 0 to 1, on a thread of the pool; null when nobody wants to know.
    /// </param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The state, which the caller disposes of.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or it is a folder.</exception>
    /// <exception cref="SessionFileException">It is no session file, of an unknown version, cut or damaged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<SequenceState> LoadAsync(
        string path, IProgress<float>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return await Task
            .Run(() => SessionFile.Load(path, progress, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Writes the state to a file. Who can read the file can read the sequence's text.</summary>
    /// <remarks>
    /// A file that is there already is replaced at once when the new one is whole and on the disk; until then, and
    /// when anything fails or the process ends, it is as it was. What is written goes to <c>lamina-….tmp</c> in the
    /// same folder first; a process that is killed leaves that file behind, and nobody reads it.
    /// </remarks>
    /// <param name="path">The file. Its folder must be there.</param>
    /// <param name="progress">
    /// Told the part that is written, from 0 to 1, on a thread of the pool; null when nobody wants to know.
    /// </param>
    /// <param name="cancellationToken">Stops the writing; a file that was there already stays as it was.</param>
    /// <returns>A task that ends when the file is in its place.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The file cannot be written; the disk may be full.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written, or it is a folder.</exception>
    /// <exception cref="ObjectDisposedException">The state is disposed of.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task SaveAsync(
        string path, IProgress<float>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var fullPath = Path.GetFullPath(path);
        var block = Block.Retain();
        try
        {
            await Task
                .Run(
                    () => SessionFile.Save(fullPath, block, Tokens.AsMemory(), progress, cancellationToken),
                    cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            block.Release();
        }
    }

    /// <summary>Checks that a sequence of an engine can go on from it.</summary>
    /// <param name="modelFingerprint">The fingerprint of the engine's model.</param>
    /// <param name="format">The engine's format of states.</param>
    /// <param name="vocabularySize">The number of the model's tokens.</param>
    /// <exception cref="SessionFileException">It is of another model or format, or has a token that the model does not.
    /// </exception>
    internal void ThrowIfForeign(string modelFingerprint, string format, int vocabularySize)
    {
        if (!string.Equals(ModelFingerprint, modelFingerprint, StringComparison.Ordinal))
        {
            throw new SessionFileException(
                _path,
                SessionFileFault.OtherModel,
                $"it is of the model {ModelFingerprint}, and the engine's model is {modelFingerprint}. Open it on an "
                    + "engine that has the same model file.");
        }

        if (!string.Equals(Format, format, StringComparison.Ordinal))
        {
            throw new SessionFileException(
                _path,
                SessionFileFault.OtherFormat,
                $"it is of the format '{Format}', and the engine's is '{format}'. Open it on an engine of the same "
                    + "runtime, KV types and attention.");
        }

        foreach (var token in Tokens)
        {
            if ((uint)token >= (uint)vocabularySize)
            {
                throw new SessionFileException(
                    _path,
                    SessionFileFault.Damaged,
                    $"it holds the token {token}; the model's tokens go from 0 to {vocabularySize - 1}. Save it anew.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _block, null)?.Release();
}
