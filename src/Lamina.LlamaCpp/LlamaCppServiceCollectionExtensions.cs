using Lamina.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Lamina.LlamaCpp;

/// <summary>Registers llama.cpp with Microsoft.Extensions.DependencyInjection.</summary>
public static class LlamaCppServiceCollectionExtensions
{
    /// <summary>Makes llama.cpp the <see cref="IModelRuntime"/> of the engines that are registered.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">The runtime's settings; null for the defaults.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddLlamaCpp(this IServiceCollection services, LlamaCppOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<IModelRuntime>(provider =>
            new LlamaCppRuntime(options, provider.GetService<ILoggerFactory>()));
        return services;
    }
}
