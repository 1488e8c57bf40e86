using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lamina;

/// <summary>Validates and loads every registered engine when the host starts, so that a fault shows then.</summary>
internal sealed class EngineStarter(IServiceProvider services, IEnumerable<EngineKey> keys) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // An engine of the app's own may have taken the place of a registered one.
        var engines = keys.Select(key => key.Resolve(services)).OfType<DeferredEngine>().ToArray();
        Array.ForEach(engines, engine => engine.Validate());
        foreach (var engine in engines)
        {
            await engine.LoadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
