using System.Xml.Linq;
using Lamina.Runtime;
using Lamina.TestSupport.Gguf;
using Lamina.Tuning.Roofline;

namespace Lamina.Tests.Tuning;

/// <summary>What models cost by their headers, and where loads are under the roofs of a device.</summary>
internal sealed class RooflineTests
{
    private static readonly DeviceRates Rates = new("a device", 1000, 500);

    private string _path = "";

    [OneTimeSetUp]
    public void Write()
    {
        _path = Path.GetTempFileName();
        File.WriteAllBytes(_path, TinyLlama.Create().ToBytes());
    }

    [OneTimeTearDown]
    public void Delete() => File.Delete(_path);

    /// <summary>2 layers of 9,216 weights, norms of 160, embeddings of 32 × 262 that are the output as well, all in 32 bits.</summary>
    [Test]
    public void Read_OfAModel_CountsWhatTokensAreMultipliedBy()
    {
        var costs = ModelCosts.Read(_path);
        Assert.That(costs with { KvCache = KvCacheShape.None }, Is.EqualTo(new ModelCosts
        {
            BodyBytes = 4 * (18432 + 160),
            BodyWeights = 18432,
            OutputBytes = 4 * 8384,
            OutputWeights = 8384,
            KvCache = KvCacheShape.None,
            HeadsPerKey = 2,
        }));
        Assert.That((costs.KvCache.KeyElements, costs.KvCache.ValueElements), Is.EqualTo((32, 32)));
    }

    [TestCase(1, 0, 107904, 53888)]
    [TestCase(3, 10, 107904 + (3 * 10 * 64 * 2), 3 * (53632 + (2 * 2 * 11 * 64)))]
    public void Decode_OfAModel_ReadsWeightsOnceAndTheCacheOfEachText(int streams, int depth, double bytes, double operations) =>
        Assert.That(ModelCosts.Read(_path).Decode(streams, depth), Is.EqualTo(new StepCost(bytes, operations)));

    [Test]
    public void Decode_OfACacheInFewBits_ReadsFewer() => Assert.That(
        ModelCosts.Read(_path).Decode(1, 10, KvCacheType.Int8, KvCacheType.Int4).Bytes, Is.EqualTo(107904 + (10 * (34 + 18))));

    /// <summary>Tokens 1 to 4 look at as many; the second pair reads the cache of the first.</summary>
    [Test]
    public void Prefill_OfAModel_ReadsWeightsForEachMicroBatchAndTheOutputOnce() => Assert.That(
        ModelCosts.Read(_path).Prefill(4, 2),
        Is.EqualTo(new StepCost((4 * 8384) + (2 * 74368) + (2 * 64 * 2), (2 * 4 * 18432) + (2 * 8384) + (2 * 2 * 10 * 64))));

    [Test]
    public void Decode_OfExperts_ReadsThoseThatTokensGoTo()
    {
        var costs = Plain with { ExpertBytes = 1000, ExpertWeights = 500, ExpertPart = 0.25 };
        Assert.That(costs.Decode(1, 0), Is.EqualTo(new StepCost(110 + 250, 2 * (50 + 125 + 5))));
        Assert.That(costs.Decode(2, 0), Is.EqualTo(new StepCost(110 + 437.5, 4 * (50 + 125 + 5))));
    }

    [Test]
    public void Cost_OfAWindow_LooksNoFurtherBack()
    {
        var costs = Plain with { KvCache = new() { WindowKeyElements = 4, WindowValueElements = 2, Window = 3 } };
        Assert.That(costs.Decode(1, 10), Is.EqualTo(new StepCost(110 + (3 * 6 * 2), (2 * 55) + (2 * 3 * 6))));
        Assert.That(costs.Prefill(5, 5), Is.EqualTo(new StepCost(110, (2 * 5 * 50) + (2 * 5) + (2 * (1 + 2 + 3 + 3 + 3) * 6))));
    }

    [Test]
    public void Cost_OfValuesInTheKeys_MultipliesThemTwice() => Assert.That(
        (Plain with { KvCache = new() { KeyElements = 4 } }).Decode(1, 9).Operations, Is.EqualTo((2 * 55) + (2 * 10 * 8)));

    [TestCase(2000, 100, RooflineLimit.Memory, 2)]
    [TestCase(100, 2000, RooflineLimit.Arithmetic, 1)]
    public void Of_ALoad_IsBoundByTheLongerOfBoth(double bytes, double operations, RooflineLimit limit, double bound)
    {
        var point = RooflinePoint.Of("load", 4, new(bytes, operations), Rates) with { MeasuredSpeed = bound / 4 };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(point.Limit, Is.EqualTo(limit));
            Assert.That(point.BoundSpeed, Is.EqualTo(bound));
            Assert.That(point.Part, Is.EqualTo(0.25));
            Assert.That(point.OperationsPerSecond, Is.EqualTo(bound / 16 * operations));
            Assert.That(point.Cost.Intensity, Is.EqualTo(operations / bytes));
        }
    }

    [Test]
    public void Roof_OfADevice_TurnsAtItsRidge()
    {
        Assert.That(Rates.Ridge, Is.EqualTo(0.5));
        Assert.That((Rates.Roof(0.25), Rates.Roof(0.5), Rates.Roof(8)), Is.EqualTo((250, 500, 500)));
    }

    [Test]
    public async Task MeasureAsync_Processor_FindsRates()
    {
        var rates = await ProcessorMeter.MeasureAsync(threads: 2, bufferBytes: 1 << 20);
        Assert.That(rates.BytesPerSecond, Is.GreaterThan(0).And.LessThan(double.PositiveInfinity));
        Assert.That(rates.OperationsPerSecond, Is.GreaterThan(0).And.LessThan(double.PositiveInfinity));
        Assert.That(rates.Device, Does.Contain("2 threads"));
    }

    [Test]
    public void MeasureAsync_ProcessorWithoutSense_IsRefused()
    {
        Assert.That(() => ProcessorMeter.MeasureAsync(threads: 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => ProcessorMeter.MeasureAsync(threads: 513), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => ProcessorMeter.MeasureAsync(bufferBytes: 100), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => ProcessorMeter.MeasureAsync(1, 1 << 16, new(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task MeasureAsync_ScriptedRuntime_HoldsEachLoadAgainstItsBound()
    {
        using var script = new SpeedScript(static _ => 1);
        var options = new RooflineOptions { Rates = new("a device", 1e9, 1e6), Streams = [1, 4], PromptTokens = [64], TextTokens = 8, DecodeTokens = 4 };
        var report = await new RooflineMeter(script.Runtime, options, script.Clock).MeasureAsync(_path);
        var costs = ModelCosts.Read(_path);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Points.Select(point => point.Label), Is.EqualTo(["decode", "decode × 4", "prefill 64"]));
            Assert.That(report.Points.Select(point => point.MeasuredSpeed), Is.All.EqualTo(1000).Within(1e-6));
            Assert.That(report.Points[1].Cost, Is.EqualTo(costs.Decode(4, 10)));
            Assert.That(report.Points[2].Cost, Is.EqualTo(costs.Prefill(64, 256)));
            Assert.That(report.Roof.OperationsPerSecond, Is.EqualTo(report.Points.Max(point => point.OperationsPerSecond)), "the runtime reached more than was given");
            Assert.That(report.Rates.OperationsPerSecond, Is.EqualTo(1e6));
            Assert.That(report.ToTable(), Does.Contain("| decode × 4 |").And.Contain("which is the roof"));
            Assert.That(XDocument.Parse(report.ToSvg()).Root!.ToString(), Does.Contain("decode × 4"));
        }
    }

    [Test]
    public void Constructor_OptionsWithFaults_ListsThemAll()
    {
        using var script = new SpeedScript(static _ => 1);
        var options = new RooflineOptions
        {
            Engine = new() { Threads = 0 },
            Rates = new("nothing", 0, 1),
            Streams = [0],
            PromptTokens = [0],
            TextTokens = -1,
            DecodeTokens = 0,
            Rounds = 0,
        };
        var error = Assert.Throws<ArgumentException>(() => _ = new RooflineMeter(script.Runtime, options))!;
        foreach (var name in (string[])["Threads", "Rates", "Streams was 0", "PromptTokens was 0", "TextTokens", "DecodeTokens", "Rounds"])
        {
            Assert.That(error.Message, Does.Contain(name));
        }

        Assert.That(
            () => new RooflineMeter(script.Runtime, new() { Streams = [], PromptTokens = [] }), Throws.ArgumentException.With.Message.Contains("no load"));
    }

    private static ModelCosts Plain => new()
    {
        BodyBytes = 100, BodyWeights = 50, OutputBytes = 10, OutputWeights = 5, KvCache = KvCacheShape.None, HeadsPerKey = 1,
    };
}
