using Lamina.Tokens;

namespace Lamina;

/// <summary>Conveniences on <see cref="IInferenceEngine"/>.</summary>
public static class InferenceEngineExtensions
{
    /// <summary>Generates text after a prompt and returns it whole.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="prompt">What the model reads first; a string is taken as typed text.</param>
    /// <param name="options">When to stop and how to sample; null for the engine's defaults.</param>
    /// <param name="cancellationToken">Ends the generation at once.</param>
    /// <returns>The text with its tokens, finish reason and usage.</returns>
    /// <inheritdoc cref="IInferenceEngine.GenerateAsync" path="/exception"/>
    public static Task<Completion> CompleteAsync(
        this IInferenceEngine engine,
        Prompt prompt,
        GenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return Completion.ReadAsync(engine.GenerateAsync(prompt, options, cancellationToken));
    }

    /// <summary>Turns one text into a vector.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="input">The text.</param>
    /// <param name="options">What to do with the vector; null for the defaults.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The vector.</returns>
    /// <inheritdoc cref="IInferenceEngine.EmbedAsync" path="/exception"/>
    public static async Task<float[]> EmbedAsync(
        this IInferenceEngine engine,
        Prompt input,
        EmbeddingOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var vectors = await engine.EmbedAsync([input], options, cancellationToken).ConfigureAwait(false);
        return vectors[0];
    }
    /// <summary>
    /// Finds which of several texts the model holds most likely after a prompt, without sampling: the prompt is read once,
    /// and each choice on a fork of it.
    /// </summary>
    /// <param name="engine">The engine.</param>
    /// <param name="prompt">What the model reads first; a string is taken as typed text.</param>
    /// <param name="choices">
    /// The texts, as they follow the prompt: with the blank between, where there is one. None empty, none twice.
    /// </param>
    /// <param name="options">How they are compared; null for the defaults.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The most likely one, with the scores of all.</returns>
    /// <exception cref="ArgumentException">
    /// There are no choices, or one is empty or there twice; the options have faults; or a prompt is empty where the
    /// model has no BOS to begin with.
    /// </exception>
    /// <exception cref="NotSupportedException">The model does not generate text.</exception>
    /// <exception cref="ContextFullException">The prompt and a choice are longer than the context.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="LaminaException">The computation failed; the engine goes on.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed of.</exception>
    public static Task<Choice> ChooseAsync(
        this IInferenceEngine engine,
        Prompt prompt,
        IReadOnlyList<string> choices,
        ChoiceOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(prompt);
        var scorer = ChoiceScorer.Create(choices, options);
        return ChooseAsync();

        async Task<Choice> ChooseAsync()
        {
            var sequence = await engine
                .OpenSequenceAsync(new() { Tenant = options?.Tenant }, cancellationToken)
                .ConfigureAwait(false);
            await using var leaving = sequence.ConfigureAwait(false);
            await sequence.AppendAsync(prompt, cancellationToken).ConfigureAwait(false);
            return sequence.Length > 0
                ? await scorer.ChooseAsync(sequence, cancellationToken).ConfigureAwait(false)
                : throw new ArgumentException(
                    "The prompt is empty, and the model has no token of its own to begin with.", nameof(prompt));
        }
    }
}
