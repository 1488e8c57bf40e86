using Lamina.Tokens;
using Microsoft.Extensions.AI;

namespace Lamina.Extensions.AI;

/// <summary>Embeds texts with an engine.</summary>
/// <param name="engine">The engine.</param>
/// <param name="defaults">What is done where a call does not say.</param>
/// <param name="ownsEngine">Whether the engine is disposed of with this.</param>
internal sealed class LaminaEmbeddingGenerator(IInferenceEngine engine, EmbeddingOptions defaults, bool ownsEngine)
    : IEmbeddingGenerator<string, Embedding<float>>
{
    private const string Provider = "lamina";

    private EmbeddingGeneratorMetadata Metadata
    {
        get
        {
            try
            {
                return new(Provider, providerUri: null, engine.Model.Name, defaults.Dimensions ?? engine.Model.EmbeddingLength);
            }
            catch (InvalidOperationException)
            {
                // An engine of a container that is not loaded yet; decorators ask as soon as they are made.
                return new(Provider, providerUri: null, defaultModelId: null, defaults.Dimensions);
            }
        }
    }

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] texts = [.. values];
        var empty = Array.FindIndex(texts, string.IsNullOrEmpty);
        if (empty >= 0)
        {
            throw new ArgumentException(
                $"Value {empty} of {texts.Length} was null or empty; give texts of at least one character.", nameof(values));
        }

        var embedding = options?.RawRepresentationFactory?.Invoke(this) as EmbeddingOptions ?? defaults;
        embedding = embedding with { Dimensions = options?.Dimensions ?? embedding.Dimensions };

        // No texts, but the options are checked, and the engine of a container knows its model from here on.
        await engine.EmbedAsync([], embedding, cancellationToken).ConfigureAwait(false);
        Check(options);
        var (vectors, tokens) = await EmbedAsync(texts, embedding, cancellationToken).ConfigureAwait(false);
        return new(vectors.Select(vector => new Embedding<float>(vector) { ModelId = engine.Model.Name }))
        {
            Usage = new() { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? Metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(engine) ? engine
            : null;
    }

    public void Dispose()
    {
        if (ownsEngine)
        {
            engine.Dispose();
        }
    }

    private void Check(EmbeddingGenerationOptions? options)
    {
        if (engine.Model.IsReranker)
        {
            throw new NotSupportedException(
                $"'{engine.Model.Name}' ranks documents and does not embed them; use RerankAsync on the engine.");
        }

        if (options?.ModelId is { } asked && !string.Equals(asked, engine.Model.Name, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"EmbeddingGenerationOptions.ModelId was '{asked}'; this generator has '{engine.Model.Name}'. Leave it null.",
                nameof(options));
        }
    }

    private async Task<(IReadOnlyList<float[]> Vectors, long Tokens)> EmbedAsync(
        string[] texts, EmbeddingOptions options, CancellationToken cancellationToken)
    {
        var tokenizer = engine.Tokenizer;
        var inputs = await Task
            .Run(() => Array.ConvertAll(texts, text => (int[])[.. tokenizer.Prefix, .. tokenizer.Encode(text)]), cancellationToken)
            .ConfigureAwait(false);
        var prompts = Array.ConvertAll(inputs, tokens => Prompt.FromTokens(tokens));
        try
        {
            var all = options with { Truncate = false };
            return (await engine.EmbedAsync(prompts, all, cancellationToken).ConfigureAwait(false), CountWithin(int.MaxValue));
        }
        catch (ContextFullException e) when (options.Truncate)
        {
            // Refused before anything was computed, with how much fits; else nobody could say how much was read.
            var cut = await engine.EmbedAsync(prompts, options, cancellationToken).ConfigureAwait(false);
            return (cut, CountWithin(e.ContextSize));
        }

        long CountWithin(int most) => inputs.Sum(tokens => (long)Math.Min(tokens.Length + tokenizer.Suffix.Length, most));
    }
}
