using Microsoft.Extensions.DependencyInjection;

namespace Lamina;

/// <summary>Remembers under which key an engine was registered; null for the one without.</summary>
internal sealed record EngineKey(object? Key)
{
    public IInferenceEngine Resolve(IServiceProvider services) => Key is null
        ? services.GetRequiredService<IInferenceEngine>()
        : services.GetRequiredKeyedService<IInferenceEngine>(Key);
}
