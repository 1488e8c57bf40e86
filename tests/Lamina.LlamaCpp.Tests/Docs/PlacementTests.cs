using Lamina.Placement;
using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/placement.md.</summary>
public sealed class PlacementTests : PageFixture
{
    [Test]
    public async Task Devices_AreChosenOrRefused()
    {
        var plan = await InferenceEngine.PlanPlacementAsync(new LlamaCppRuntime(), "model.gguf");
        foreach (var reason in plan.Reasons)
            Console.WriteLine(reason); // Vulkan0 takes 31 of 31 layers, 505 MB of 2,147 MB free.

        var required = new EngineOptions { Devices = DevicePlacement.Gpu };          // fails, with the reason, where there is none
        var named = new EngineOptions { Devices = DevicePlacement.Named("CUDA0", "CUDA1") with { Shares = [0.75f, 0.25f] } };
        var experts = new EngineOptions { Devices = DevicePlacement.Auto with { Layers = 20, Tensors = [new("ffn_.*_exps", "CPU")] } };

        Assert.That(plan.Estimate.WeightBytes, Is.InRange(7_000_000, 7_500_000));
        Assert.That(async () => await LlamaCpp.LoadAsync("model.gguf", required), Throws.TypeOf<DeviceUnavailableException>());
        Assert.That(async () => await LlamaCpp.LoadAsync("model.gguf", named), Throws.TypeOf<DeviceUnavailableException>());
        Assert.That(async () => await LlamaCpp.LoadAsync("model.gguf", experts), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void Inventory_HasTheProcessor()
    {
        var inventory = new LlamaCppRuntime().GetDevices();
        foreach (var device in inventory.Devices)
            Console.WriteLine($"{device.Name}: {device.Kind}, {device.Description}");
        foreach (var backend in inventory.Unusable)
            Console.WriteLine($"{backend.Name} is of no use: {backend.Reason}");

        Assert.That(inventory.Devices.Select(device => device.Kind), Has.Some.EqualTo(DeviceKind.Cpu));
    }

    [Test]
    public async Task Memory_IsEstimated()
    {
        var estimate = await InferenceEngine.EstimateMemoryAsync("model.gguf", new() { ContextSize = 1024, MaxSequences = 16 });
        Console.WriteLine($"weights {estimate.WeightBytes:N0}, keys and values {estimate.KeyCacheBytes + estimate.ValueCacheBytes:N0}, "
            + $"steps {estimate.ComputeBytes:N0}, {estimate.TotalBytes:N0} bytes in all");

        Assert.That(estimate.KeyCacheBytes, Is.EqualTo(16 * 1024 * 4 * 2 * 64 * 2)); // layers, KV heads, width, bytes
    }

    [Test]
    public async Task Nodes_ComputeAsOneEngine()
    {
        var pinned = new EngineOptions { Threads = 1, Cpu = new() { Affinity = CpuSet.Parse("0"), PinThreads = true, Polling = 20 } };
        await using var engine = await LlamaCpp.LoadAsync("model.gguf", pinned);

        await using var nodes = await NumaEngine.LoadAsync(new LlamaCppRuntime(), "model.gguf"); // here as many as there are nodes
        Console.WriteLine($"{nodes.GetWorkers().Length} workers, {CpuTopology.Read().AllowedCpus} to run on");

        var greedy = new GenerationOptions { MaxTokens = 4, Sampling = new() { Temperature = 0 } };
        Assert.That((await nodes.CompleteAsync("Once", greedy)).Text, Is.EqualTo((await engine.CompleteAsync("Once", greedy)).Text));
    }
}
