using Lamina.Placement;
using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tests.Gguf;
using Lamina.TestSupport;
using Lamina.TestSupport.Gguf;

namespace Lamina.Tests;

/// <summary>Which devices an engine is loaded on, and what happens where they refuse it.</summary>
internal sealed class InferenceEnginePlacementTests
{
    private const int AllLayers = 3;

    private readonly TemporaryFile _file = new(TinyLlama.Create().ToBytes());

    [OneTimeTearDown]
    public void Delete() => _file.Dispose();

    [Test]
    public async Task Load_WithoutAGpu_StaysOnTheCpu()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await InferenceEngine.LoadAsync(runtime, "no such file");
        Assert.That(runtime.LoadOptions.Single()!.Offload, Is.EqualTo(Offload.None));
    }

    [Test]
    public async Task Load_WithAGpu_OffloadsAll()
    {
        using var runtime = WithGpu(freeBytes: 1L << 30);
        await using var engine = await InferenceEngine.LoadAsync(runtime, _file.Path);
        Assert.That(runtime.LoadOptions.Single()!.Offload, Is.EqualTo(new Offload { Devices = ["GPU0"], Layers = AllLayers }));
    }

    [Test]
    public async Task Load_CpuAskedFor_LeavesTheGpuAlone()
    {
        using var runtime = WithGpu(freeBytes: 1L << 30);
        await using var engine = await InferenceEngine.LoadAsync(runtime, _file.Path, new() { Devices = DevicePlacement.Cpu });
        Assert.That(runtime.LoadOptions.Single()!.Offload, Is.EqualTo(Offload.None));
    }

    [Test]
    public async Task Load_KvInHostMemory_ReachesTheDecoder()
    {
        using var runtime = WithGpu(freeBytes: 1L << 30);
        await using var engine = await InferenceEngine.LoadAsync(
            runtime, _file.Path, new() { Devices = DevicePlacement.Gpu with { KvOnDevice = false } });
        Assert.That(runtime.Decoders.Single().Options.KvOnDevice, Is.False);
    }

    /// <summary>The device has room by its own account, and then has not.</summary>
    [Test]
    public async Task Load_DeviceRefusesTheWeights_TriesLessAndSaysSo()
    {
        using var runtime = WithGpu(freeBytes: 1L << 30);
        runtime.OnLoad = _ => runtime.LoadOptions.Last()!.Offload.Layers > 1 ? throw new DeviceMemoryException("load model", "full") : Task.CompletedTask;
        using var log = new LogRecorder();
        await using var engine = await InferenceEngine.LoadAsync(runtime, _file.Path, loggerFactory: log);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(runtime.LoadOptions.Select(options => options!.Offload.Layers), Is.EqualTo([3, 2, 1]));
            Assert.That(log.Texts, Has.One.Contains("3 layers were refused (full): 2 are tried"));
            Assert.That(log.Texts, Has.One.Contains("2 layers were refused (full): 1 are tried"));
        }
    }

    [Test]
    public async Task Load_DeviceRefusesTheDecoder_IsUsedWithoutIt()
    {
        using var runtime = WithGpu(freeBytes: 1L << 30);
        runtime.OnCreateDecoder = _ =>
        {
            if (runtime.LoadOptions.Last()!.Offload.Layers > 0)
            {
                throw new DeviceMemoryException("create decoder", "full");
            }
        };
        await using var engine = await InferenceEngine.LoadAsync(runtime, _file.Path);
        Assert.That(runtime.LoadOptions.Last()!.Offload, Is.EqualTo(Offload.None));
    }

    [Test]
    public void Load_RequiredDeviceRefusesOneLayer_Fails()
    {
        using var runtime = WithGpu(freeBytes: 1L << 30);
        runtime.OnLoad = _ => throw new DeviceMemoryException("load model", "full");
        Assert.That(
            async () => await InferenceEngine.LoadAsync(runtime, _file.Path, new() { Devices = DevicePlacement.Gpu }),
            Throws.TypeOf<DeviceMemoryException>());
        Assert.That(runtime.LoadOptions.Select(options => options!.Offload.Layers), Is.EqualTo([3, 2, 1]));
    }

    [Test]
    public void Load_FixedLayersRefused_AreNotChanged()
    {
        using var runtime = WithGpu(freeBytes: 1L << 30);
        runtime.OnLoad = _ => throw new DeviceMemoryException("load model", "full");
        Assert.That(
            async () => await InferenceEngine.LoadAsync(runtime, _file.Path, new() { Devices = DevicePlacement.Auto with { Layers = 2 } }),
            Throws.TypeOf<DeviceMemoryException>());
        Assert.That(runtime.Loads, Is.EqualTo(1));
    }

    [Test]
    public void Load_WhatCannotBe_IsRefusedBeforeTheLoad()
    {
        using var runtime = WithGpu(freeBytes: 1L << 30);
        using var cpu = new FakeRuntime();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                async () => await InferenceEngine.LoadAsync(cpu, _file.Path, new() { Devices = DevicePlacement.Gpu }),
                Throws.TypeOf<DeviceUnavailableException>());
            Assert.That(
                async () => await InferenceEngine.LoadAsync(runtime, _file.Path, new() { Devices = DevicePlacement.Named("GPU1") }),
                Throws.TypeOf<DeviceUnavailableException>());
            Assert.That(
                async () => await InferenceEngine.LoadAsync(runtime, _file.Path, new() { Devices = DevicePlacement.Gpu with { Layers = 4 } }),
                Throws.InstanceOf<ArgumentException>().With.Message.Contains("has 3"));
            Assert.That((runtime.Loads, cpu.Loads), Is.EqualTo((0, 0)));
        }
    }

    [Test]
    public async Task PlanPlacement_SaysWhatALoadWouldDo()
    {
        using var runtime = WithGpu(freeBytes: 1L << 30);
        var plan = await InferenceEngine.PlanPlacementAsync(runtime, _file.Path);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Offload, Is.EqualTo(new Offload { Devices = ["GPU0"], Layers = AllLayers }));
            Assert.That(plan.ContextSize, Is.EqualTo(256));
            Assert.That(plan.Estimate, Is.EqualTo(await InferenceEngine.EstimateMemoryAsync(_file.Path)));
            Assert.That(plan.DeviceBytes, Is.LessThan(plan.Estimate.TotalBytes).And.GreaterThan(plan.Estimate.KeyCacheBytes));
            Assert.That(runtime.Loads, Is.Zero);
        }
    }

    /// <summary>What 512 tokens see of 4 sequences of 4,096 tokens takes 17 MB of a device's 12, and half of that of 2,048.</summary>
    [Test]
    public async Task PlanPlacement_ContextLeftOpen_IsShorterWhereTheModelFitsOnlyThen()
    {
        var image = TinyLlama.Create();
        image["llama.context_length"] = 4096u;
        using var file = new TemporaryFile(image.ToBytes());
        using var runtime = WithGpu(freeBytes: (128L << 20) + 12_000_000);
        var plan = await InferenceEngine.PlanPlacementAsync(runtime, file.Path, new() { Devices = DevicePlacement.Gpu });
        using (Assert.EnterMultipleScope())
        {
            Assert.That((plan.ContextSize, plan.Offload.Layers), Is.EqualTo((2048, AllLayers)));
            Assert.That(plan.Reasons, Has.One.Contains("The context is 2048 instead of 4096 tokens"));
            Assert.That(
                async () => await InferenceEngine.PlanPlacementAsync(runtime, file.Path, new() { Devices = DevicePlacement.Gpu, ContextSize = 4096 }),
                Throws.TypeOf<MemoryLimitException>());
            var auto = await InferenceEngine.PlanPlacementAsync(runtime, file.Path, new() { ContextSize = 4096 });
            Assert.That(auto.Offload, Is.EqualTo(Offload.None));
            Assert.That(auto.Reasons[^1], Does.Contain("Not one layer").And.Contain("The CPU computes it."));
        }
    }

    [Test]
    public async Task Load_ContextThatDoesNotFitInMemory_IsShorterWhereItWasLeftOpen()
    {
        using var origin = new FakeRuntime();
        using var runtime = new FakeRuntime
        {
            Info = origin.Info with { ContextLength = 4096, KvCache = new() { KeyElements = 4096, ValueElements = 4096, KeyLength = 64, ValueLength = 64 } },
        };

        // A cell is 16 KiB, and 4,096 of them for each sequence.
        await using var engine = await InferenceEngine.LoadAsync(runtime, "x", new() { MaxSequences = 1, MemoryLimit = 40 << 20 });
        Assert.That(engine.ContextSize, Is.EqualTo(2304));
        Assert.That(
            async () => await InferenceEngine.LoadAsync(runtime, "x", new() { MaxSequences = 1, MemoryLimit = 40 << 20, ContextSize = 4096 }),
            Throws.TypeOf<MemoryLimitException>());
    }

    private static FakeRuntime WithGpu(long freeBytes) => new()
    {
        Devices = new()
        {
            Devices =
            [
                new() { Name = "CPU", Description = "fake", Kind = DeviceKind.Cpu, Backend = "CPU" },
                new() { Name = "GPU0", Description = "fake", Kind = DeviceKind.Gpu, Backend = "GPU", MemoryBytes = freeBytes, FreeMemoryBytes = freeBytes },
            ],
        },
    };
}
