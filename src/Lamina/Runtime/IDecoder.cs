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

    /// <summary>
    /// What a state of this decoder depends on besides the model: the runtime, the types of keys and values, and how
    /// attention is computed. A state fits every decoder of the same model with the same text, whatever its layout.
    /// </summary>
    string StateFormat { get; }

    /// <summary>Whether <see cref="RemoveRange"/> can close the gap that it makes.</summary>
    bool CanShift { get; }

    /// <summary>Runs a batch. Its tokens continue their sequences, each at the sequence's next position.</summary>
    /// <param name="batch">1 to <see cref="DecoderOptions.BatchSize"/> tokens.</param>
    /// <returns>
    /// How it ended. After <see cref="DecodeStatus.NoRoom"/> the cache is as before. After
    /// <see cref="DecodeStatus.Aborted"/>, and after an exception, each sequence in the batch is as before or empty:
    /// <see cref="GetLength"/> says which.
    /// </returns>
    /// <exception cref="ArgumentException">The batch holds a token, a position or a sequence that cannot be.</exception>
    /// <exception cref="LaminaException">The computation failed.</exception>
    /// <exception cref="Exception">What <see cref="DecoderOptions.Activations"/> has thrown.</exception>
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

    /// <summary>The tokens of a sequence that are in the KV cache.</summary>
    /// <param name="sequence">From 0 to <see cref="DecoderOptions.SequenceCount"/> − 1.</param>
    int GetLength(int sequence);

    /// <summary>Forgets a sequence and frees its cells.</summary>
    /// <param name="sequence">From 0 to <see cref="DecoderOptions.SequenceCount"/> − 1.</param>
    void Clear(int sequence);

    /// <summary>Whether a sequence can be cut to a shorter length, with nothing lost of what remains.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="length">Its tokens to keep, from 0 to those that it has.</param>
    bool CanTruncate(int sequence, int length);

    /// <summary>Cuts a sequence to its first tokens and frees the cells of the others.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="length">Its tokens to keep, from 0 to those that it has.</param>
    /// <exception cref="NotSupportedException"><see cref="CanTruncate"/> says no.</exception>
    void Truncate(int sequence, int length);

    /// <summary>
    /// Takes tokens out of the middle of a sequence; those after them move up. What these know of the removed tokens
    /// they keep. The cells must not be shared with another sequence.
    /// </summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="start">Position of the first token to remove.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="NotSupportedException"><see cref="CanShift"/> is false.</exception>
    void RemoveRange(int sequence, int start, int count);

    /// <summary>Gives an empty sequence the first cells of another, which both use from then on.</summary>
    /// <param name="source">The sequence that has them.</param>
    /// <param name="destination">The empty one.</param>
    /// <param name="length">How many of the source's tokens.</param>
    /// <exception cref="NotSupportedException">The layout is not <see cref="KvLayout.Shared"/>, or the model's memory
    /// is not <see cref="MemoryKind.Attention"/>.</exception>
    void Share(int source, int destination, int length);

    /// <summary>Size in bytes of a sequence's state.</summary>
    /// <param name="sequence">The sequence.</param>
    long GetStateSize(int sequence);

    /// <summary>Copies a sequence's state out.</summary>
    /// <param name="sequence">The sequence, of at least one token.</param>
    /// <param name="destination">Exactly <see cref="GetStateSize"/> bytes.</param>
    /// <exception cref="LaminaException">The runtime could not.</exception>
    void SaveState(int sequence, Span<byte> destination);

    /// <summary>Gives an empty sequence a state that was copied out of a decoder of the same format, to the bit.</summary>
    /// <param name="sequence">The empty sequence.</param>
    /// <param name="state">
    /// The state. Bytes in it that say nothing of the sequence may be overwritten, so one state must not be loaded
    /// by two decoders at the same moment.
    /// </param>
    /// <param name="length">The tokens of the sequence that the state is of.</param>
    /// <returns>False where the cache has no room; the sequence is empty then.</returns>
    /// <exception cref="LaminaException">These are not the bytes of such a state; the sequence is empty.</exception>
    bool LoadState(int sequence, Span<byte> state, int length);

    /// <summary>
    /// Makes a running <see cref="Decode"/>, and each later one until <see cref="ResetAbort"/>, stop soon. May be
    /// called on any thread.
    /// </summary>
    void Abort();

    /// <summary>Takes an <see cref="Abort"/> back.</summary>
    void ResetAbort();
}
