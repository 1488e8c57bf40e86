using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lamina;

/// <summary>Validates and loads every registered engine when the host starts, so that a fault shows then.</summary>
internal sealed class EngineStarter(IServiceProvider services, IEnumerable<EngineKey> keys) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var engines = keys.Select(key => (DeferredEngine)key.Resolve(services)).ToArray();
        Array.ForEach(engines, engine => engine.Validate());
        foreach (var engine in engines)
        {
            await engine.LoadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
