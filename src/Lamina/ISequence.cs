using System.Collections.Immutable;
using Lamina.Sequences;
using Lamina.Tokens;

namespace Lamina;

/// <summary>
/// A sequence of tokens that stays: read once, it can be continued, forked, cut and saved without reading its tokens
/// again.
/// </summary>
/// <remarks>
/// One operation at a time: a call while another is under way throws <see cref="InvalidOperationException"/>.
/// Different sequences, a fork and its origin among them, may be used at once. What happens between calls with the
/// memory of a sequence is the engine's business: where others need the room it moves to host memory and back. An
/// operation that fails or is cancelled leaves the sequence as it was before, or as far as it was read. The same in both
/// KV layouts.
/// </remarks>
public interface ISequence : IAsyncDisposable, IDisposable
{
    /// <summary>The number of its tokens.</summary>
    int Length { get; }

    /// <summary>Its tokens, as they are now.</summary>
    ImmutableArray<int> Tokens { get; }

    /// <summary>Reads a prompt, after what is there.</summary>
    /// <param name="prompt">What to read; the model's BOS comes before it only where the sequence is empty.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="ArgumentException">The prompt holds a token that is not in the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">An operation is under way.</exception>
    /// <exception cref="ContextFullException">The sequence would be longer than the context.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="LaminaException">The computation failed.</exception>
    /// <exception cref="ObjectDisposedException">The sequence or its engine is disposed of.</exception>
    Task AppendAsync(Prompt prompt, CancellationToken cancellationToken = default);

    /// <summary>Continues the sequence by generating; what is read of the stream is on the sequence.</summary>
    /// <param name="options">When to stop and how to sample; null for the engine's defaults.</param>
    /// <param name="cancellationToken">Ends the generation at once.</param>
    /// <returns>As <see cref="IInferenceEngine.GenerateAsync"/>. Leaving it early keeps the tokens that were read.</returns>
    /// <exception cref="ArgumentException">The options have faults.</exception>
    /// <exception cref="InvalidOperationException">The sequence is empty, or an operation on it is under way.</exception>
    /// <exception cref="NotSupportedException">The options ask to shift a full context, which the model cannot.</exception>
    /// <exception cref="ContextFullException">The sequence fills the context already.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and the options say to throw.</exception>
    /// <exception cref="LaminaException">The computation failed.</exception>
    /// <exception cref="ObjectDisposedException">The sequence or its engine is disposed of.</exception>
    IAsyncEnumerable<Token> GenerateAsync(
        GenerationOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Finds how likely a text is after the sequence, which stays as it is.</summary>
    /// <param name="text">The text to score.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The log-probability of each token of the text, given all before it.</returns>
    /// <exception cref="ArgumentException">The text is empty, or holds a token that is not in the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">An operation is under way.</exception>
    /// <exception cref="ContextFullException">The sequence and the text are longer than the context.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="LaminaException">The computation failed.</exception>
    /// <exception cref="ObjectDisposedException">The sequence or its engine is disposed of.</exception>
    Task<TextScore> ScoreAsync(Prompt text, CancellationToken cancellationToken = default);

    /// <summary>Makes another sequence of the same tokens, which from then on goes its own way.</summary>
    /// <returns>The fork, to be disposed of by itself.</returns>
    /// <exception cref="InvalidOperationException">An operation is under way.</exception>
    /// <exception cref="ObjectDisposedException">The sequence is disposed of.</exception>
    ISequence Fork();

    /// <summary>Forgets all tokens after the first ones.</summary>
    /// <param name="length">
    /// How many to keep, from 0 to <see cref="Length"/>. A model whose memory cannot be cut, with a sliding window or
    /// recurrent layers, goes back to a state that was kept, and computes again what came after that.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many tokens.</exception>
    /// <exception cref="InvalidOperationException">An operation is under way.</exception>
    /// <exception cref="ObjectDisposedException">The sequence is disposed of.</exception>
    void Rewind(int length);

    /// <summary>
    /// Takes tokens out; those after them move up. What these have learnt from the removed ones they keep, so the
    /// model goes on a little differently than if it had never read them.
    /// </summary>
    /// <param name="range">The tokens to take out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range goes beyond the tokens.</exception>
    /// <exception cref="NotSupportedException">
    /// The model has a sliding window or recurrent layers, or positions that cannot be moved.
    /// </exception>
    /// <exception cref="InvalidOperationException">An operation is under way.</exception>
    /// <exception cref="ObjectDisposedException">The sequence is disposed of.</exception>
    void Trim(Range range);

    /// <summary>Copies the sequence's exact state, to open another on it, here or in another engine.</summary>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The state, which the caller disposes of.</returns>
    /// <exception cref="InvalidOperationException">The sequence is empty, or an operation is under way.</exception>
    /// <exception cref="NotSupportedException">The runtime cannot give states of this kind of model.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="LaminaException">The state could not be had.</exception>
    /// <exception cref="ObjectDisposedException">The sequence or its engine is disposed of.</exception>
    Task<SequenceState> GetStateAsync(CancellationToken cancellationToken = default);

    /// <summary>Puts a state in the place of what the sequence has.</summary>
    /// <param name="state">The state, of the same model and format; it may be disposed of afterwards.</param>
    /// <exception cref="SessionFileException">
    /// The state is of another model or of another format, or holds a token that is not in the vocabulary.
    /// </exception>
    /// <exception cref="ContextFullException">It has more tokens than the context.</exception>
    /// <exception cref="InvalidOperationException">An operation is under way.</exception>
    /// <exception cref="ObjectDisposedException">The sequence or its engine is disposed of.</exception>
    void SetState(SequenceState state);
}
