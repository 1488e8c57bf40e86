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
}
