using System.Collections.Immutable;
using System.Xml.Linq;
using Lamina.Quantization;
using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tuning;

namespace Lamina.Tests.Tuning;

/// <summary>The search for fast options, on a runtime whose speeds are scripted.</summary>
internal sealed class EngineTunerTests
{
    private static readonly TuningOptions Small = new() { PromptTokens = 256, DecodeTokens = 4, TextTokens = 8, FinalRounds = 5 };

    [Test]
    public async Task TuneAsync_OneSettingIsFaster_IsFoundWithItsGain()
    {
        using var script = new SpeedScript(static options => options.FlashAttention == FlashAttention.Off ? 0.8 : 1);
        var report = await TuneAsync(script, Small with { StartCount = 2 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Best.Options.FlashAttention, Is.EqualTo(FlashAttention.Off));
            Assert.That(report.Gain, Is.EqualTo(1.25).Within(1e-6));
            Assert.That(report.Best.IsFinalist);
            Assert.That(report.Best.Rounds, Is.EqualTo(5));
            Assert.That(report.Best.Speeds, Is.EqualTo([1250d, 1250d]).Within(1e-3));
            Assert.That(report.Baseline.Speeds, Is.EqualTo([1000d, 1000d]).Within(1e-3));
            Assert.That(report.Baseline.Options, Is.EqualTo(new EngineOptions()));
        }
    }

    /// <summary>A peak that no single change leads up to.</summary>
    [Test]
    public async Task TuneAsync_TwoChangesGoTogether_FindsTheirPeak()
    {
        using var script = new SpeedScript(static options => (options.FlashAttention == FlashAttention.Off, options.MicroBatchSize == 128) switch
        {
            (true, true) => 0.5,
            (false, false) => 1,
            _ => 1.2,
        });
        var report = await TuneAsync(script, Small with { Workloads = [Workload.Prompts] });
        Assert.That(report.Best.Options.MicroBatchSize, Is.EqualTo(128));
        Assert.That(report.Best.Options.FlashAttention, Is.EqualTo(FlashAttention.Off));
        Assert.That(report.Gain, Is.EqualTo(2).Within(1e-6));
    }

    /// <summary>By chance three quarters of 15 rounds are faster once in 50 times; of three settings and five runs, that is hardly ever so in three runs.</summary>
    [Test]
    public async Task TuneAsync_AllAreAlikeButForNoise_StaysWithTheBaseline()
    {
        var stays = 0;
        for (var seed = 1; seed <= 5; seed++)
        {
            using var script = new SpeedScript(static _ => 1) { Noise = 0.2 };
            var report = await TuneAsync(script, Small with { Seed = seed, FinalRounds = 15, TimeBudget = TimeSpan.FromHours(1) });
            stays += report.Best == report.Baseline ? 1 : 0;
            Assert.That(report.Settings.Where(setting => setting.IsFinalist).Select(setting => setting.Ratio), Is.All.EqualTo(1).Within(0.12));
            Assert.That(report.Baseline.Spread, Is.GreaterThan(0));
        }

        Assert.That(stays, Is.GreaterThanOrEqualTo(3));
    }

    [Test]
    public async Task TuneAsync_AThirdFasterUnderNoise_IsFound([Range(1, 5)] int seed)
    {
        using var script = new SpeedScript(static options => options.FlashAttention == FlashAttention.Off ? 0.75 : 1) { Noise = 0.2 };
        var report = await TuneAsync(script, Small with { Seed = seed, TimeBudget = TimeSpan.FromHours(1) });
        Assert.That(report.Best.Options.FlashAttention, Is.EqualTo(FlashAttention.Off));
        Assert.That(report.Gain, Is.EqualTo(4.0 / 3).Within(0.15));
    }

    [Test]
    public async Task TuneAsync_MachineSlowsDownSteadily_FallsOnBothSides()
    {
        using var script = new SpeedScript(static options => options.FlashAttention == FlashAttention.Off ? 0.8 : 1) { Drift = static seconds => 1 + (seconds / 20) };
        var report = await TuneAsync(script, Small with { TimeBudget = TimeSpan.FromHours(1) });
        Assert.That(report.Gain, Is.EqualTo(1.25).Within(0.02));
        Assert.That(report.Settings.Where(setting => setting.Options.FlashAttention == FlashAttention.Auto).Select(setting => setting.Ratio), Is.All.EqualTo(1).Within(0.02));
    }

    [Test]
    public async Task TuneAsync_SlowSettings_AreDroppedEarly()
    {
        using var script = new SpeedScript(static options => options.FlashAttention == FlashAttention.Off ? 3 : 1 + (options.MicroBatchSize / 4096d));
        var report = await TuneAsync(script, Small with { TimeBudget = TimeSpan.FromHours(1) });
        var rounds = report.Settings.Skip(1).Where(setting => !setting.IsFinalist).ToLookup(setting => setting.Ratio < 0.5, setting => setting.Rounds);
        Assert.That(rounds[true], Is.Not.Empty.And.All.EqualTo(1));
        Assert.That(rounds[false], Is.All.GreaterThan(1));
    }

    [Test]
    public async Task TuneAsync_BudgetIsSpent_EndsAfterThreeRoundsOfComparison()
    {
        using var script = new SpeedScript(static _ => 1);
        var report = await TuneAsync(script, Small with { TimeBudget = TimeSpan.FromMilliseconds(1), FinalRounds = 100 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Settings.Count(setting => setting.Rounds > 0), Is.EqualTo(4), "one group and the baseline");
            Assert.That(report.Settings.Where(setting => setting.IsFinalist).Skip(1).Select(setting => setting.Rounds), Is.All.EqualTo(3));
        }
    }

    [Test]
    public async Task TuneAsync_SettingThatCannotBeRun_SaysWhyAndGoesOn()
    {
        using var script = new SpeedScript(static options => options.MicroBatchSize == 128 ? 0.8 : 1);
        script.Runtime.OnCreateDecoder = static options =>
        {
            if (options.FlashAttention == FlashAttention.Off)
            {
                throw new LaminaException("create decoder", "This device has none of it.");
            }
        };
        var report = await TuneAsync(script, Small);
        var failed = report.Settings.Where(setting => setting.Failure is not null).ToArray();
        Assert.That(failed.Select(setting => setting.Options.FlashAttention), Is.Not.Empty.And.All.EqualTo(FlashAttention.Off));
        Assert.That(report.ToTable(), Does.Contain("This device has none of it."));
        Assert.That(report.Best.Label, Does.Contain("batch 128"));
    }

    [Test]
    public void TuneAsync_BaselineThatCannotBeRun_Fails()
    {
        using var script = new SpeedScript(static _ => 1);
        script.Runtime.OnCreateDecoder = static _ => throw new LaminaException("create decoder", "no");
        Assert.That(() => TuneAsync(script, Small), Throws.TypeOf<LaminaException>());
    }

    [Test]
    public void TuneAsync_Cancelled_StopsAndFreesAll([Values(0, 5, 50)] int batches)
    {
        using var script = new SpeedScript(static _ => 1);
        using var source = new CancellationTokenSource();
        var timed = script.Runtime.OnDecode!;
        script.Runtime.OnDecode = batch =>
        {
            if (batch.Index >= batches)
            {
                source.Cancel();
            }

            return timed(batch);
        };
        Assert.That(() => new EngineTuner(script.Runtime, Small, timeProvider: script.Clock).TuneAsync("x", null, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(script.Runtime.Batches, Has.Count.LessThanOrEqualTo(batches + 1));
    }

    [Test]
    public async Task TuneAsync_Progress_CountsAndNamesTheBest()
    {
        using var script = new SpeedScript(static options => options.FlashAttention == FlashAttention.Off ? 0.8 : 1);
        var told = new Told();
        await new EngineTuner(script.Runtime, Small, timeProvider: script.Clock).TuneAsync("x", told);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(told, Is.All.Matches<TuningProgress>(step => step!.Done <= step.Total));
            Assert.That(told.Select(step => step.Tried), Is.Ordered);
            Assert.That(told[^1].Phase, Is.EqualTo(TuningPhase.Comparison));
            Assert.That(told[^1].Best, Does.Contain("flash attention Off"));
            Assert.That(told[^1].BestRatio, Is.EqualTo(1.25).Within(1e-6));
        }
    }

    [Test]
    public async Task TuneAsync_CacheTypes_AreTriedWhereAllowedAlone([Values] bool isAllowed)
    {
        using var script = new SpeedScript(static options => options.ValueCacheType == KvCacheType.Int8 ? 0.5 : 1, Wide());
        var report = await TuneAsync(script, Small with { Workloads = [Workload.OneStream], CacheTypes = isAllowed ? [KvCacheType.Int8] : [] });
        var options = report.Settings.Select(setting => setting.Options).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(options.Any(one => one.KeyCacheType != KvCacheType.F16), Is.EqualTo(isAllowed));
            Assert.That(report.Best.Options.ValueCacheType, Is.EqualTo(isAllowed ? KvCacheType.Int8 : KvCacheType.F16));
            Assert.That(options.Where(one => one.ValueCacheType == KvCacheType.Int8).Select(one => one.FlashAttention), Is.All.EqualTo(FlashAttention.Auto));
        }
    }

    [Test]
    public async Task TuneAsync_ManyStreams_TunesAnEngineOfSoManyRequests()
    {
        using var script = new SpeedScript(static options => options.KvLayout == KvLayout.Shared ? 0.5 : 1);
        var report = await TuneAsync(script, Small with { Workloads = [Workload.ManyStreams], Streams = 12 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Best.Options, Is.EqualTo(new EngineOptions { MaxSequences = 12, KvLayout = KvLayout.Shared }));
            Assert.That(report.Streams, Is.EqualTo(12));
            Assert.That(script.Runtime.Batches.Max(batch => batch.Tokens.Select(token => token.Sequence).Distinct().Count()), Is.EqualTo(12));
        }
    }

    [Test]
    public async Task TuneAsync_TextOfAStream_IsReadOnceAndLoadedAfterwards()
    {
        using var script = new SpeedScript(static _ => 1);
        await TuneAsync(script, Small with { Workloads = [Workload.OneStream], TextTokens = 100 });
        Assert.That(script.Runtime.Batches.Count(batch => batch.Tokens.Count == 100), Is.EqualTo(1));
        Assert.That(script.Runtime.Batches.Count(batch => batch.Tokens is [{ Position: >= 100 }]), Is.GreaterThan(20));
    }

    [Test]
    public async Task TuneAsync_ShortContext_CutsTheLoads()
    {
        using var script = new SpeedScript(static _ => 1);
        var report = await TuneAsync(script, new() { Baseline = new() { ContextSize = 20 }, FinalRounds = 3 });
        Assert.That((report.PromptTokens, report.DecodeTokens, report.TextTokens), Is.EqualTo((20, 20, 0)));
    }

    [Test]
    public void TuneAsync_ModelThatPoolsEmbeddings_IsRefused()
    {
        using var script = new SpeedScript(static _ => 1, WithInfo(static info => info with { CanGenerate = false }));
        Assert.That(() => TuneAsync(script, Small), Throws.TypeOf<NotSupportedException>().With.Message.Contains("does not generate"));
    }

    [Test]
    public void TuneAsync_WeightsOfARuntimeThatDoesNotQuantize_IsRefused()
    {
        using var script = new SpeedScript(static _ => 1);
        Assert.That(
            () => TuneAsync(script, Small with { Weights = [QuantizationProfile.Int8] }),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("does not quantize"));
    }

    [Test]
    public void Constructor_OptionsWithFaults_ListsThemAll()
    {
        using var runtime = new FakeRuntime();
        var options = new TuningOptions
        {
            Baseline = new() { Threads = 0 },
            Workloads = [(Workload)9],
            PromptTokens = 0,
            DecodeTokens = 0,
            TextTokens = -1,
            Streams = 1,
            CacheTypes = [(KvCacheType)8],
            Weights = [null!],
            TimeBudget = TimeSpan.Zero,
            StartCount = 1,
            FinalRounds = 2,
        };
        var error = Assert.Throws<ArgumentException>(() => _ = new EngineTuner(runtime, options))!;
        foreach (var name in (string[])["Threads was 0", "Workloads was 9", "PromptTokens", "DecodeTokens", "TextTokens", "Streams", "CacheTypes was 8", "Weights", "TimeBudget", "StartCount", "FinalRounds"])
        {
            Assert.That(error.Message, Does.Contain(name));
        }
    }

    [Test]
    public async Task Report_OfARun_IsATableAPictureAndAConfiguration()
    {
        using var script = new SpeedScript(static options => options.FlashAttention == FlashAttention.Off ? 0.8 : 1);
        var report = await TuneAsync(script, Small);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.ToTable(), Does.StartWith("| setting | decode | prefill 256 | ratio | ± | rounds |  |\n").And.Contain("| baseline | 1000 | 1000 | 1.000 |"));
            Assert.That(report.ToTable(), Does.Contain("1.25 times as fast as the baseline").And.Contain("| best |"));
            Assert.That(XDocument.Parse(report.ToSvg()).Root!.ToString(), Does.Contain("flash attention Off"));
            Assert.That(report.ToConfiguration(), Does.Contain("\"ModelPath\": \"x\"").And.Contain("\"FlashAttention\": \"Off\""));
        }
    }

    [TestCase(1, 1)]
    [TestCase(2, 1, 2)]
    [TestCase(12, 1, 2, 4, 6, 8, 9, 12)]
    [TestCase(96, 1, 2, 4, 8, 16, 32, 48, 64, 72, 96)]
    public void ThreadCounts_OfAMachine_AreThePowersAndItsParts(int processors, params int[] expected) =>
        Assert.That(TuningSpace.ThreadCounts(processors), Is.EqualTo(expected));

    private static Task<TuningReport> TuneAsync(SpeedScript script, TuningOptions options) =>
        new EngineTuner(script.Runtime, options, timeProvider: script.Clock).TuneAsync("x");

    private static FakeRuntime Wide() =>
        WithInfo(static info => info with { KvCache = new() { KeyElements = 64, ValueElements = 64, KeyLength = 64, ValueLength = 64 } });

    private static FakeRuntime WithInfo(Func<ModelInfo, ModelInfo> change)
    {
        using var plain = new FakeRuntime();
        return new() { Info = change(plain.Info) };
    }

    private sealed class Told : List<TuningProgress>, IProgress<TuningProgress>
    {
        public void Report(TuningProgress value) => Add(value);
    }
}
