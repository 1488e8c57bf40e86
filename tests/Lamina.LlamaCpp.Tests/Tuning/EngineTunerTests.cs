using Lamina.LlamaCpp.Tests.Runtime;
using Lamina.Quantization;
using Lamina.Runtime;
using Lamina.TestSupport;
using Lamina.Tuning;
using Lamina.Tuning.Roofline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Lamina.LlamaCpp.Tests.Tuning;

/// <summary>Tuning and rooflines of real models. What is fastest is the machine's business: only that it runs is tested.</summary>
public sealed class EngineTunerTests
{
    private static readonly TuningOptions Short = new()
    {
        Baseline = new() { ContextSize = 128, MaxSequences = 2, Threads = 1 },
        PromptTokens = 64,
        TextTokens = 16,
        DecodeTokens = 4,
        Streams = 2,
        StartCount = 4,
        FinalRounds = 3,
        TimeBudget = TimeSpan.FromSeconds(1),
    };

    [Test]
    public async Task TuneAsync_EveryLoad_GivesOptionsThatAnAppLoads()
    {
        var report = await TuneAsync(TinyModel.Path, Short with { Workloads = [Workload.OneStream, Workload.ManyStreams, Workload.Prompts] });
        Assert.That(report.Settings.Select(setting => setting.Failure), Is.All.Null);
        Assert.That(report.Settings.Where(setting => setting.Rounds > 0).SelectMany(setting => setting.Speeds), Is.All.Positive.And.All.LessThan(1e9));
        Assert.That(report.Settings.Count(setting => setting.IsFinalist), Is.EqualTo(4));

        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "tuned.json");
        await File.WriteAllTextAsync(path, report.ToConfiguration());
        var configuration = new ConfigurationBuilder().AddJsonFile(path).Build();
        await using var services = new ServiceCollection().AddLlamaCpp().AddLamina(configuration.GetSection("Lamina")).BuildServiceProvider();
        var answer = await services.GetRequiredService<IInferenceEngine>().CompleteAsync("Once upon a time", new() { MaxTokens = 4 });
        Assert.That(answer.Usage.GeneratedTokens, Is.EqualTo(4));
    }

    [Test]
    public async Task TuneAsync_WeightsAndCacheTypes_RunsThemWhereAllowed()
    {
        var folder = Directory.CreateTempSubdirectory("lamina-tuning");
        try
        {
            var weights = new LoadTimeQuantization { Profile = QuantizationProfile.Int8, CacheFolder = folder.FullName };
            var report = await TuneAsync(TinyModel.Path, Short with
            {
                Workloads = [Workload.Prompts],
                PromptTokens = 16,
                StartCount = 24,
                CacheTypes = [KvCacheType.Int8],
                Weights = [weights],
                TimeBudget = TimeSpan.FromHours(1),
            });
            Assert.That(report.Settings.Where(setting => setting.Rounds > 0).Select(setting => setting.Options.Quantization), Has.Member(weights));
            Assert.That(report.Settings.Where(setting => setting.Rounds > 0).Select(setting => setting.Options.KeyCacheType), Has.Member(KvCacheType.Int8));
            Assert.That(report.Settings.Select(setting => setting.Failure), Is.All.Null);
            Assert.That(folder.GetDirectories(), Is.Not.Empty);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestCase(DecoderModels.Window)]
    [TestCase(DecoderModels.Recurrent)]
    [TestCase(DecoderModels.Hybrid)]
    [TestCase(DecoderModels.Experts)]
    public async Task TuneAsync_OtherMemories_Run(string model)
    {
        var report = await TuneAsync(TestModels.Require(model), Short with { Workloads = [Workload.OneStream], StartCount = 2 });
        Assert.That(report.Baseline.Speeds, Is.All.Positive);
        Assert.That(report.Settings.Select(setting => setting.Failure), Is.All.Null);
    }

    [Test]
    public void TuneAsync_AnEmbeddingModel_IsRefused() => Assert.That(
        () => TuneAsync(TestModels.Require(TestEngines.MiniName), Short), Throws.TypeOf<NotSupportedException>());

    [TestCase(null)]
    [TestCase(DecoderModels.Experts)]
    public async Task MeasureAsync_Roofline_OfAModelIsFinite(string? model)
    {
        var options = new RooflineOptions { Streams = [1, 3], PromptTokens = [32], TextTokens = 16, DecodeTokens = 4, Rates = new("a processor", 3e10, 2e11) };
        var report = await new RooflineMeter(new LlamaCppRuntime(), options).MeasureAsync(model is null ? TinyModel.Path : TestModels.Require(model));
        Assert.That(report.Points, Has.Length.EqualTo(3));
        foreach (var point in report.Points)
        {
            Assert.That(
                (double[])[point.BoundSpeed, point.MeasuredSpeed!.Value, point.Cost.Bytes, point.Cost.Operations], Is.All.Positive.And.All.LessThan(1e15));
        }

        var info = (model is null ? DecoderModels.Load(DecoderModels.Trained) : DecoderModels.Load(model)).Info;
        Assert.That(report.Points[0].Cost.Bytes, Is.LessThan(1.1 * info.SizeBytes).And.GreaterThan(0.2 * info.SizeBytes));
    }

    private static Task<TuningReport> TuneAsync(string path, TuningOptions options) =>
        new EngineTuner(new LlamaCppRuntime(), options).TuneAsync(path);
}
