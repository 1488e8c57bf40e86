namespace Lamina.Runtime;

/// <summary>Runs batches of tokens through a model and keeps the KV cache of their sequences.</summary>
/// <remarks>
/// Belongs to the thread that created it: every member but <see cref="Abort"/> is called on that thread alone, and
/// throws <see cref="InvalidOperationException"/> on another. It checks whatever would make native code crash.
/// </remarks>
public interface IDecoder : IDisposable
{
    /// <summary>The options in force.</summary>
    DecoderOptions Options { get; }

    /// <summary>Length of the vector that <see cref="GetEmbedding"/> gives.</summary>
    int EmbeddingLength { get; }

    /// <summary>Runs a batch. Its tokens continue their sequences, each at the sequence's next position.</summary>
    /// <param name="batch">1 to <see cref="DecoderOptions.BatchSize"/> tokens.</param>
    /// <returns>
    /// How it ended. After <see cref="DecodeStatus.NoRoom"/> the cache is as before; after
    /// <see cref="DecodeStatus.Aborted"/> the sequences in the batch hold an unknown part of it: clear them.
    /// </returns>
    /// <exception cref="ArgumentException">The batch holds a token, a position or a sequence that cannot be.</exception>
    /// <exception cref="LaminaException">The computation failed; the sequences in the batch are to be cleared.</exception>
    DecodeStatus Decode(DecodeBatch batch);

    /// <summary>Logits of a token of the last batch, one for each token of the vocabulary.</summary>
    /// <param name="index">Index in the batch of a token that was added with an output.</param>
    /// <returns>A view that holds until the next call.</returns>
    /// <exception cref="ArgumentOutOfRangeException">That token has no output.</exception>
    ReadOnlySpan<float> GetLogits(int index);

    /// <summary>The pooled embedding of a sequence of the last batch.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <returns>A view that holds until the next call.</returns>
    /// <exception cref="ArgumentOutOfRangeException">That sequence was not in the batch.</exception>
    ReadOnlySpan<float> GetEmbedding(int sequence);

    /// <summary>Forgets a sequence and frees its cells.</summary>
    /// <param name="sequence">From 0 to <see cref="DecoderOptions.SequenceCount"/> − 1.</param>
    void Clear(int sequence);

    /// <summary>
    /// Makes a running <see cref="Decode"/>, and each later one until <see cref="ResetAbort"/>, stop soon. May be
    /// called on any thread.
    /// </summary>
    void Abort();

    /// <summary>Takes an <see cref="Abort"/> back.</summary>
    void ResetAbort();
}
