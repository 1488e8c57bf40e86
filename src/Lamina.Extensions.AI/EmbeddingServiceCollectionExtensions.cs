using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Lamina.Extensions.AI;

/// <summary>Registers generators of embeddings with Microsoft.Extensions.DependencyInjection.</summary>
public static class EmbeddingServiceCollectionExtensions
{
    /// <summary>
    /// Registers an engine of the services as their <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>, a singleton. The
    /// engine stays the container's.
    /// </summary>
    /// <param name="services">The services, to which an <see cref="IInferenceEngine"/> is added as well.</param>
    /// <param name="engineKey">The key of the engine; null for the one without a key.</param>
    /// <param name="options">What is done where a call does not say; null for the defaults.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddLaminaEmbeddingGenerator(
        this IServiceCollection services, object? engineKey = null, EmbeddingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services
            .AddSingleton(provider => provider.GetRequiredKeyedService<IInferenceEngine>(engineKey).AsEmbeddingGenerator(options))
            .AddSingleton<IEmbeddingGenerator>(
                provider => provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>());
    }
}
