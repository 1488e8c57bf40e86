using Microsoft.Extensions.AI;

namespace Lamina.Extensions.AI;

/// <summary>Engines as generators of embeddings.</summary>
public static class InferenceEngineEmbeddingExtensions
{
    /// <summary>
    /// An engine as an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>, to be used from several threads at once and
    /// decorated. It gives the engine, and an <see cref="EmbeddingGeneratorMetadata"/>, when asked for such a service.
    /// </summary>
    /// <param name="engine">The engine, on an embedding model or on one that generates text.</param>
    /// <param name="options">
    /// What is done where a call does not say; null for the defaults. <see cref="EmbeddingGenerationOptions.Dimensions"/> of
    /// a call goes before it, and an <see cref="EmbeddingOptions"/> that a call's
    /// <see cref="EmbeddingGenerationOptions.RawRepresentationFactory"/> returns takes its place. A call's
    /// <see cref="EmbeddingGenerationOptions.ModelId"/> must be null or the model's name.
    /// </param>
    /// <param name="ownsEngine">Whether the engine is disposed of with the generator. Default: false.</param>
    /// <returns>
    /// The generator. Its calls fail as <see cref="IInferenceEngine.EmbedAsync"/> does, and with
    /// <see cref="NotSupportedException"/> where the model ranks documents.
    /// </returns>
    public static IEmbeddingGenerator<string, Embedding<float>> AsEmbeddingGenerator(
        this IInferenceEngine engine, EmbeddingOptions? options = null, bool ownsEngine = false)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return new LaminaEmbeddingGenerator(engine, options ?? new(), ownsEngine);
    }
}
