using Lamina.Runtime;
using Lamina.Scheduling;
using Lamina.Tokens;

namespace Lamina;

/// <summary>A model that is ready to be used: generates, scores and embeds text.</summary>
/// <remarks>
/// Safe for use from several threads at once: requests run together in one decode loop. No member does native work on
/// the caller's thread. Disposing ends requests that are under way with <see cref="ObjectDisposedException"/>; an
/// engine may be disposed of more than once. An engine that wraps another is an engine too.
/// </remarks>
public interface IInferenceEngine : IAsyncDisposable, IDisposable
{
    /// <summary>What the model is.</summary>
    ModelInfo Model { get; }

    /// <summary>The model's tokenizer.</summary>
    ITokenizer Tokenizer { get; }

    /// <summary>How many tokens a sequence holds at most, prompt and answer together.</summary>
    int ContextSize { get; }

    /// <summary>The options of requests that bring none.</summary>
    GenerationOptions DefaultGeneration { get; }

    /// <summary>Generates text after a prompt, token by token.</summary>
    /// <param name="prompt">What the model reads first; a string is taken as typed text.</param>
    /// <param name="options">When to stop and how to sample; null for the engine's defaults.</param>
    /// <param name="cancellationToken">Ends the generation at once and frees its place.</param>
    /// <returns>
    /// A stream that begins to run when it is read, anew each time. Its last element carries the finish reason and
    /// the usage. Leaving it early cancels.
    /// </returns>
    /// <exception cref="ArgumentException">The options have faults, all of which the message lists; or the prompt
    /// holds a token that is not in the vocabulary, or is empty where the model has no BOS to begin with.</exception>
    /// <exception cref="NotSupportedException">The model does not generate text.</exception>
    /// <exception cref="ContextFullException">The prompt is longer than the context.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and
    /// <see cref="GenerationOptions.OnCancel"/> says to throw.</exception>
    /// <exception cref="LaminaException">The computation failed; the engine goes on.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed of.</exception>
    IAsyncEnumerable<Token> GenerateAsync(
        Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Opens a sequence that stays, to be continued, forked, cut and saved.</summary>
    /// <param name="options">Whose it is; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the wait for an engine that still loads.</param>
    /// <returns>An empty sequence, which the caller disposes of. Any number may be open.</returns>
    /// <exception cref="NotSupportedException">The model does not generate text.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed of.</exception>
    Task<ISequence> OpenSequenceAsync(SequenceOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Finds how likely the model holds a text, token by token.</summary>
    /// <param name="text">The text to score.</param>
    /// <param name="context">What comes before it and is not scored; null for nothing but the model's BOS.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The log-probability of each token of the text, given all before it.</returns>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    /// <exception cref="NotSupportedException">The model does not generate text.</exception>
    /// <exception cref="ContextFullException">Context and text are longer than the engine's context.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed of.</exception>
    Task<TextScore> ScoreAsync(
        Prompt text, Prompt? context = null, CancellationToken cancellationToken = default);

    /// <summary>Turns texts into vectors whose nearness is that of the texts' meanings.</summary>
    /// <param name="inputs">The texts; none gives no vectors.</param>
    /// <param name="options">What to do with texts that are too long, and with the vectors; null for the defaults.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>
    /// A vector for each text, in their order, of <see cref="ModelInfo.EmbeddingLength"/> numbers, or of
    /// <see cref="EmbeddingOptions.Dimensions"/>; of a reranking model, its scores. A model that was not made for it gives the mean of its last layer's outputs.
    /// </returns>
    /// <exception cref="ArgumentException">A text is null or empty, or the options have faults.</exception>
    /// <exception cref="ContextFullException">A text is longer than the context, and <see cref="EmbeddingOptions.Truncate"/>
    /// is not set; or there is no room for any of it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="LaminaException">The computation failed; the engine goes on.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed of.</exception>
    Task<IReadOnlyList<float[]>> EmbedAsync(
        IReadOnlyList<Prompt> inputs,
        EmbeddingOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>What the engine has done and is doing.</summary>
    EngineMetrics GetMetrics();
}
