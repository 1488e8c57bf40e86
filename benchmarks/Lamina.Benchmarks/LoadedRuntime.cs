using Lamina.Runtime;

namespace Lamina.Benchmarks;

/// <summary>Gives engines a model that is in memory already.</summary>
internal sealed class LoadedRuntime(ILanguageModel model) : IModelRuntime
{
    public string Description => "a loaded model";

    public DeviceInventory GetDevices() =>
        new() { Devices = [new() { Name = "CPU", Description = "the processor", Kind = DeviceKind.Cpu, Backend = "CPU" }] };

    public Task<ILanguageModel> LoadAsync(
        string path,
        ModelLoadOptions? options = null,
        IProgress<float>? progress = null,
        CancellationToken cancellationToken = default) => Task.FromResult(model);
}
