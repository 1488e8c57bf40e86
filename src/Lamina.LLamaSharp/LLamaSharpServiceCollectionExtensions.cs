using Lamina.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Lamina.LLamaSharp;

/// <summary>Registers LLamaSharp with Microsoft.Extensions.DependencyInjection.</summary>
public static class LLamaSharpServiceCollectionExtensions
{
    /// <summary>Makes LLamaSharp the <see cref="IModelRuntime"/> of the engines that are registered.</summary>
    /// <param name="services">The services.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddLLamaSharp(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<IModelRuntime>(provider => new LLamaSharpRuntime(provider.GetService<ILoggerFactory>()));
        return services;
    }
}
