using Lamina.Placement;
using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.TestSupport;

namespace Lamina.Vulkan.Tests;

/// <summary>Parts of the tiny model on the device, others on the processor: 4 layers, and what makes logits.</summary>
[CancelAfter(300_000)]
public sealed class PlacementTests
{
    private const string Prompt = "Once upon a time";

    private static readonly TestCaseData[] Parts =
    [
        Case("two layers", DevicePlacement.Gpu with { Layers = 2 }),
        Case("no layer", DevicePlacement.Named("vulkan0") with { Layers = 0 }),
        Case("KV cache in host memory", DevicePlacement.Gpu with { Layers = DevicePlacement.AllLayers, KvOnDevice = false }),
        Case("weights elsewhere", DevicePlacement.Gpu with { Tensors = [new("blk\\.[01]\\.ffn_.*", "cpu")] }),
        Case("main device", DevicePlacement.Gpu with { Split = DeviceSplit.None, MainDevice = "Vulkan0" }),
    ];

    [TestCaseSource(nameof(Parts))]
    public async Task GenerateAsync_PartOfTheModelOnTheDevice_GivesTheTokensOfTheCpu(DevicePlacement devices, CancellationToken cancellationToken)
    {
        using var log = new LogRecorder();
        await using var cpu = await LoadAsync(DevicePlacement.Cpu, new(), cancellationToken);
        await using var engine = await LoadAsync(devices, log, cancellationToken);
        var expected = await TextAsync(cpu, cancellationToken);
        Assert.That(await TextAsync(engine, cancellationToken), Is.EqualTo(expected).And.Length.GreaterThan(20));

        // That it was where it should be.
        using (Assert.EnterMultipleScope())
        {
            Assert.That(log.Texts, Has.Some.Contains($"offloaded {(devices.Layers is { } layers && layers < 5 ? layers : 5)}/5 layers"));
            Assert.That(log.Texts.Any(line => line.Contains("Vulkan0 KV buffer", StringComparison.Ordinal)), Is.EqualTo(devices.KvOnDevice && devices.Layers != 0));
            Assert.That(log.Texts.Any(line => line.Contains("CPU KV buffer", StringComparison.Ordinal)), Is.EqualTo(!devices.KvOnDevice || devices.Layers < 5));
        }
    }

    [Test]
    public async Task LoadAsync_CpuAskedFor_TakesNothingOfTheDevice(CancellationToken cancellationToken)
    {
        using var log = new LogRecorder();
        await using var engine = await LoadAsync(DevicePlacement.Cpu, log, cancellationToken);
        Assert.That(log.Texts, Has.None.Contains("Vulkan0"));
    }

    [Test]
    public async Task PlanPlacementAsync_Auto_TakesTheDeviceAndSaysWhy(CancellationToken cancellationToken)
    {
        var plan = await InferenceEngine.PlanPlacementAsync(VulkanDevice.Runtime, TinyModel.Path, cancellationToken: cancellationToken);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Offload, Is.EqualTo(new Offload { Devices = ["Vulkan0"], Layers = 5 }));
            Assert.That(plan.Reasons[0], Does.StartWith("Vulkan0 (").And.Contain("that can be used"));
            Assert.That(plan.Reasons[1], Does.StartWith("Vulkan0 takes 5 of 5 layers"));
        }
    }

    [Test]
    public void LoadAsync_WhatTheDeviceCannotDo_IsRefusedInWords(CancellationToken cancellationToken)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                async () => await LoadAsync(DevicePlacement.Gpu with { Split = DeviceSplit.Row }, new(), cancellationToken),
                Throws.InstanceOf<LaminaException>().With.Message.Contains("split"));
            Assert.That(
                async () => await LoadAsync(DevicePlacement.Named("CUDA0"), new(), cancellationToken),
                Throws.TypeOf<DeviceUnavailableException>().With.Message.Contains("'CUDA0'").And.Message.Contains("Vulkan0"));
            Assert.That(
                async () => await LoadAsync(DevicePlacement.Gpu with { Layers = 6 }, new(), cancellationToken),
                Throws.ArgumentException.With.Message.Contains("has 5"));
            Assert.That(
                async () => await LoadAsync(DevicePlacement.Gpu with { Tensors = [new("ffn_exps", "CPU")] }, new(), cancellationToken),
                Throws.ArgumentException.With.Message.Contains("'ffn_exps'"));
        }
    }

    private static TestCaseData Case(string name, DevicePlacement devices) => new TestCaseData(devices).SetArgDisplayNames(name);

    private static Task<IInferenceEngine> LoadAsync(DevicePlacement devices, LogRecorder log, CancellationToken cancellationToken) =>
        LlamaCpp.LlamaCpp.LoadAsync(
            TinyModel.Path,
            new() { ContextSize = 256, MaxSequences = 1, MicroBatchSize = 4, Devices = devices },
            loggerFactory: log,
            cancellationToken: cancellationToken);

    private static async Task<string> TextAsync(IInferenceEngine engine, CancellationToken cancellationToken) =>
        (await engine.CompleteAsync(Prompt, new() { MaxTokens = 12, Sampling = new SamplingOptions { Temperature = 0 } }, cancellationToken)).Text;
}
