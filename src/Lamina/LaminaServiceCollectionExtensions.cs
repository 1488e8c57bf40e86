using System.Diagnostics.Metrics;
using Lamina.Runtime;
using Lamina.Sampling;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lamina;

/// <summary>Registers engines with Microsoft.Extensions.DependencyInjection.</summary>
public static class LaminaServiceCollectionExtensions
{
    /// <summary>
    /// Registers an <see cref="IInferenceEngine"/> as a singleton. A host validates and loads it when it starts;
    /// without a host, its first request does. It is disposed of with the container, which also has to know an
    /// <see cref="IModelRuntime"/>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="modelPath">The model's GGUF file.</param>
    /// <param name="options">Sizes and threads; null for the defaults.</param>
    /// <param name="serviceKey">The key, where there are several engines; null for none.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddLamina(
        this IServiceCollection services, string modelPath, EngineOptions? options = null, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(modelPath);
        return services.AddEngine(serviceKey, new() { ModelPath = modelPath, Engine = options ?? new() });
    }

    /// <summary>
    /// Registers the engines that a section of the configuration describes: one without a key where it has a
    /// <c>ModelPath</c>, and one for each entry of its <c>Engines</c>, whose name is the key. Each is described as an
    /// <see cref="EngineRegistration"/>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section; <c>configuration.GetSection("Lamina")</c> by custom.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException">The section describes no engine.</exception>
    /// <exception cref="InvalidOperationException">A value cannot be read, or a name is not known.</exception>
    public static IServiceCollection AddLamina(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        const string several = "Engines";
        var named = section.GetSection(several).GetChildren().ToArray();
        var isSingle = section[nameof(EngineRegistration.ModelPath)] is not null;
        if (!isSingle && named.Length == 0)
        {
            throw new ArgumentException(
                $"The section describes no engine: give it a {nameof(EngineRegistration.ModelPath)}, or entries under "
                + $"{several}.",
                nameof(section));
        }

        if (isSingle)
        {
            services.AddEngine(key: null, EngineConfiguration.Read(section, except: several));
        }

        foreach (var engine in named)
        {
            services.AddEngine(engine.Key, EngineConfiguration.Read(engine));
        }

        return services;
    }

    /// <summary>
    /// Registers a sampler of the app's own under a name, for <see cref="SamplingOptions.Order"/> of every engine of these
    /// services. Without a container, <see cref="SamplerCatalog.Add"/> does the same.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="name">Its name, which no other sampler has.</param>
    /// <param name="create">
    /// Makes it for a request, from the request's options, whose <see cref="SamplingOptions.Seed"/> is set, and the model's
    /// tokenizer. Null leaves it out.
    /// </param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException">The name is blank, or one of <see cref="SamplerCatalog.BuiltIn"/>.</exception>
    public static IServiceCollection AddLaminaSampler(
        this IServiceCollection services, string name, Func<SamplingOptions, ITokenizer, ISampler?> create)
    {
        ArgumentNullException.ThrowIfNull(services);
        _ = SamplerCatalog.BuiltIn.Add(name, create);
        return services.AddSingleton(new SamplerRegistration(name, create));
    }

    private static IServiceCollection AddEngine(
        this IServiceCollection services, object? key, EngineRegistration registration)
    {
        services.AddSingleton(new EngineKey(key));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, EngineStarter>());
        return key is null
            ? services.AddSingleton<IInferenceEngine>(provider => Create(provider, key, registration))
            : services.AddKeyedSingleton<IInferenceEngine>(
                key, (provider, _) => Create(provider, key, registration));
    }

    private static DeferredEngine Create(IServiceProvider services, object? key, EngineRegistration registration) => new(
        key,
        registration with { Engine = registration.Engine with { Samplers = Catalog(services, registration.Engine) } },
        services.GetService<IModelRuntime>() ?? throw new InvalidOperationException(
            "No IModelRuntime is registered. Reference Lamina.LlamaCpp and call services.AddLlamaCpp()."),
        services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
        services.GetService<TimeProvider>() ?? TimeProvider.System,
        services.GetService<IMeterFactory>());

    private static SamplerCatalog Catalog(IServiceProvider services, EngineOptions options) => services
        .GetServices<SamplerRegistration>()
        .Aggregate(options.Samplers ?? SamplerCatalog.BuiltIn, (catalog, one) => catalog.Add(one.Name, one.Create));
}
