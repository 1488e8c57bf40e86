using Lamina.Quantization;
using Lamina.Tuning;
using Lamina.Tuning.Roofline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/tuning.md.</summary>
public sealed class TuningTests : PageFixture
{
    [Test]
    public async Task Tuner_WritesWhatAnAppLoads()
    {
        var tuning = new TuningOptions { Workloads = [Workload.OneStream], TimeBudget = TimeSpan.FromMinutes(2) };
        tuning = tuning with
        {
            Baseline = new() { ContextSize = 128 }, TimeBudget = TimeSpan.FromMilliseconds(100), StartCount = 2, FinalRounds = 3, DecodeTokens = 4, TextTokens = 8,
        };

        var tuner = new EngineTuner(new LlamaCppRuntime(), tuning);
        var tuned = await tuner.TuneAsync("model.gguf");
        Console.WriteLine($"{tuned.Best.Label}: {tuned.Gain:F2} times as fast as the defaults");
        await File.WriteAllTextAsync("tuned.json", tuned.ToConfiguration());

        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = Environment.CurrentDirectory });
        builder.Configuration.AddJsonFile("tuned.json");
        builder.Services.AddLlamaCpp().AddLamina(builder.Configuration.GetSection("Lamina"));

        using var host = builder.Build();
        await host.StartAsync();
        Assert.That(host.Services.GetRequiredService<IInferenceEngine>().ContextSize, Is.EqualTo(128).Or.EqualTo(256)); // cells come in steps
    }

    [Test]
    public async Task Roofline_HasAPointForEachLoad()
    {
        var meter = new RooflineMeter(new LlamaCppRuntime(), new() { Streams = [1, 4], PromptTokens = [64], Rounds = 1 });
        var roofline = await meter.MeasureAsync("model.gguf");
        Console.WriteLine(roofline.ToTable());

        Assert.That(roofline.Points, Has.Length.EqualTo(3));
    }
}
