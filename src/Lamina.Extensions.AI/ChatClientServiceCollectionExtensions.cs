using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Lamina.Extensions.AI;

/// <summary>Registers chat clients with Microsoft.Extensions.DependencyInjection.</summary>
public static class ChatClientServiceCollectionExtensions
{
    /// <summary>
    /// Registers an engine of the services as their <see cref="IChatClient"/>, a singleton, under the engine's key where it
    /// has one. The engine stays the container's.
    /// </summary>
    /// <param name="services">The services, to which an <see cref="IInferenceEngine"/> is added as well.</param>
    /// <param name="engineKey">The key of the engine; null for the one without a key.</param>
    /// <param name="defaults">How to reply where a call does not say; null for the engine's defaults.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddLaminaChatClient(
        this IServiceCollection services, object? engineKey = null, ReplyOptions? defaults = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        return engineKey is null
            ? services.AddSingleton(Create)
            : services.AddKeyedSingleton(engineKey, (provider, _) => Create(provider));

        IChatClient Create(IServiceProvider provider) => provider.GetRequiredKeyedService<IInferenceEngine>(engineKey)
            .AsChatClient(defaults, timeProvider: provider.GetService<TimeProvider>());
    }
}
