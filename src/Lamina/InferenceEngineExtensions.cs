using System.Text;
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
    public static async Task<Completion> CompleteAsync(
        this IInferenceEngine engine,
        Prompt prompt,
        GenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var text = new StringBuilder();
        var tokens = new List<int>();
        Token last = default;
        await foreach (var token in engine.GenerateAsync(prompt, options, cancellationToken).ConfigureAwait(false))
        {
            last = token;
            text.Append(token.Text);
            if (token.Id >= 0)
            {
                tokens.Add(token.Id);
            }
        }

        return last is { FinishReason: { } reason, Usage: { } usage }
            ? new(text.ToString(), [.. tokens], reason, usage)
            : throw new LaminaException("generate", "The stream ended without a finish reason.");
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
