using Lamina.Placement;
using Lamina.Runtime;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Placement;

/// <summary>How much of a model goes to which devices: 4 layers of 1,000 MB, an output of 500, a KV cache of 100 a layer.</summary>
internal sealed class PlacementPlannerTests
{
    private const long MB = 1_000_000;

    private static readonly WeightLayout Weights = WeightLayout.Create(
        [
            ("token_embd.weight", 500 * MB), ("output.weight", 499 * MB), ("output_norm.weight", MB),
            .. Enumerable.Range(0, 4).SelectMany(layer => new[] { ($"blk.{layer}.attn_q.weight", 200 * MB), ($"blk.{layer}.ffn_up_exps.weight", 800 * MB) }),
        ],
        layerCount: 4);

    private static readonly ModelInfo Model = CreateModel();

    private static readonly DecoderOptions Decoder = new()
    {
        ContextSize = 1024, SequenceCount = 1, CellCount = 1024, BatchSize = 1, MicroBatchSize = 1, OutputLimit = 1, Threads = 1, BatchThreads = 1,
    };

    /// <summary>A sixteenth of what is free, but no less than 134 MB, is left free.</summary>
    [TestCase(5230, 5)]
    [TestCase(5220, 4)]
    [TestCase(640, 1)]
    public void Plan_Auto_TakesAsManyLayersAsFit(int freeMB, int layers)
    {
        var plan = Plan(DevicePlacement.Auto, Device("A", freeMB));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Offload.Layers, Is.EqualTo(layers));
            Assert.That(plan.Offload.Devices, Is.EqualTo(["A"]));
            Assert.That(plan.DeviceBytes / (double)MB, Is.EqualTo(500 + ((layers - 1) * 1100)).Within(0.1));
            Assert.That(plan.Reasons[0], Is.EqualTo("why"));
            Assert.That(plan.Reasons[^1], Does.Contain(layers == 5 ? "5 of 5 layers" : "more do not fit"));
        }
    }

    [Test]
    public void Plan_NotOneLayerFits_IsNoPlan()
    {
        var planner = new PlacementPlanner(DevicePlacement.Gpu, [Device("A", 630)], Weights);
        Assert.That(planner.Plan(Model, Decoder, int.MaxValue, []), Is.Null);
        var refused = planner.NoRoom(Model, Decoder);
        Assert.That(refused.Message, Does.Contain("'fake'").And.Contain("on A"));
        Assert.That((refused.RequiredBytes, refused.LimitBytes), Is.EqualTo((500 * MB, (630 * MB) - (128L << 20))));
    }

    [Test]
    public void Plan_FixedLayers_AreTakenWhetherTheyFitOrNot()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Plan(DevicePlacement.Gpu with { Layers = 3 }, Device("A", 630)).Offload.Layers, Is.EqualTo(3));
            Assert.That(Plan(DevicePlacement.Gpu with { Layers = 0 }, Device("A", 9000)).Offload.Layers, Is.Zero);
            Assert.That(Plan(DevicePlacement.Gpu with { Layers = DevicePlacement.AllLayers }, Device("A", 630)).Offload.Layers, Is.EqualTo(5));
        }
    }

    [Test]
    public void Plan_TwoDevices_DivideLayersByFreeMemoryOrShares()
    {
        var byMemory = Plan(DevicePlacement.Auto, Device("A", 9000), Device("B", 3000));
        var byShares = Plan(DevicePlacement.Auto with { Shares = [0.2f, 0.8f] }, Device("A", 9000), Device("B", 9000));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(byMemory.Offload.Shares, Is.EqualTo([0.75f, 0.25f]));
            Assert.That(byMemory.Devices.Select(load => load.Layers), Is.EqualTo([4, 1]));
            Assert.That(byMemory.Devices[1].Bytes, Is.EqualTo(500 * MB), "what makes logits");
            Assert.That(byShares.Devices.Select(load => load.Layers), Is.EqualTo([1, 4]));
        }
    }

    [Test]
    public void Plan_NoSplit_TakesOneDevice()
    {
        var asked = DevicePlacement.Auto with { Split = DeviceSplit.None };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Plan(asked, Device("A", 3000), Device("B", 9000)).Offload.Devices, Is.EqualTo(["B"]));
            Assert.That(Plan(asked with { MainDevice = "a" }, Device("A", 3000), Device("B", 9000)).Offload.Devices, Is.EqualTo(["A"]));
        }
    }

    [Test]
    public void Plan_TensorSplit_GivesEachItsShareOfEverything()
    {
        var plan = Plan(DevicePlacement.Auto with { Split = DeviceSplit.Tensor }, Device("A", 9000), Device("B", 3000));
        Assert.That(plan.Devices.Select(load => (load.Layers, load.Bytes / MB)), Is.EqualTo([(5, 3674L), (5, 1224L)]));
    }

    [Test]
    public void Plan_WeightsElsewhere_LeaveTheirLayersDevice()
    {
        var plan = Plan(DevicePlacement.Auto with { Tensors = [new("ffn_.*_exps", "CPU")] }, Device("A", 2500));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Offload.Layers, Is.EqualTo(5));
            Assert.That(plan.Offload.Tensors, Has.Count.EqualTo(4).And.ContainKey("blk.3.ffn_up_exps.weight").WithValue("CPU"));
            Assert.That(plan.DeviceBytes / (double)MB, Is.EqualTo(500 + (4 * 300)).Within(0.1));
            Assert.That(
                () => Plan(DevicePlacement.Auto with { Tensors = [new("nothing", "CPU")] }, Device("A", 2500)),
                Throws.ArgumentException.With.Message.Contains("'nothing'"));
        }
    }

    [Test]
    public void Plan_KvInHostMemory_LeavesRoomForWeights()
    {
        var plan = Plan(DevicePlacement.Auto with { KvOnDevice = false }, Device("A", 5220));
        Assert.That((plan.Offload.Layers, plan.DeviceBytes / MB), Is.EqualTo((5, 4500L)));
    }

    [Test]
    public void WeightLayout_TiedOutput_IsCountedTwice()
    {
        var tied = WeightLayout.Create([("token_embd.weight", 7), ("blk.0.attn_q.weight", 1)], 1);
        Assert.That(tied.Weights.Select(weight => (weight.Layer, weight.Bytes)), Is.EqualTo([(-1, 7L), (0, 1L), (1, 7L)]));
    }

    private static PlacementPlan Plan(DevicePlacement asked, params ComputeDevice[] devices) =>
        new PlacementPlanner(asked, [.. devices], Weights).Plan(Model, Decoder, int.MaxValue, ["why"])!;

    private static ComputeDevice Device(string name, long freeMB) => new()
    {
        Name = name, Description = name, Kind = DeviceKind.Gpu, Backend = "X", MemoryBytes = freeMB * MB, FreeMemoryBytes = freeMB * MB,
    };

    private static ModelInfo CreateModel()
    {
        using var runtime = new FakeRuntime();

        // 1,024 cells, each of as many numbers of 16 bits.
        const long elements = 200 * MB / 1024;
        return runtime.Info with
        {
            LayerCount = 4,
            KvCache = new() { KeyElements = elements / 2, ValueElements = elements / 2, KeyLength = 64, ValueLength = 64 },
        };
    }
}
