using System.Diagnostics;
using System.Globalization;
using Lamina.Benchmarks.Batching;
using Lamina.Placement;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Placement;

/// <summary>
/// What an engine is estimated to take of memory beside what its process grows by, each setting in a process of its own;
/// and what it costs a load that devices are chosen.
/// </summary>
internal static class PlacementCommand
{
    private static readonly (string Name, EngineOptions Options)[] Settings =
    [
        ("defaults", new()),
        ("1 sequence of 1,024 tokens", new() { MaxSequences = 1, ContextSize = 1024 }),
        ("16 sequences of 1,024 tokens", new() { MaxSequences = 16, ContextSize = 1024 }),
        ("8 sequences of 512 tokens, keys and values of 8 bits", new()
        {
            MaxSequences = 8, ContextSize = 512, KeyCacheType = KvCacheType.Int8, ValueCacheType = KvCacheType.Int8,
        }),
        ("micro-batches of 2,048 tokens", new() { MaxSequences = 2, ContextSize = 2048, MicroBatchSize = 2048 }),
        ("without flash attention", new() { MaxSequences = 2, ContextSize = 2048, FlashAttention = FlashAttention.Off }),
    ];

    /// <summary>Measures all of it.</summary>
    /// <param name="model">The GGUF file.</param>
    /// <param name="rounds">How often the load is timed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> RunAsync(string model, int rounds, CancellationToken cancellationToken)
    {
        var report = new Report();
        for (var i = 0; i < Settings.Length; i++)
        {
            var estimate = await InferenceEngine.EstimateMemoryAsync(model, Settings[i].Options, cancellationToken);
            var found = await InChildAsync(model, i, cancellationToken) / 1e6;
            var expected = estimate.TotalBytes / 1e6;
            report.Add(Settings[i].Name, "MB", "estimate", new(expected, found, found / expected), Target.AtMost(1.1));
        }

        var loads = await Turns.CompareAsync(
            rounds,
            warmUps: 2,
            () => LoadAsync(DevicePlacement.Cpu, cancellationToken),
            () => LoadAsync(DevicePlacement.Auto, cancellationToken),
            report.Rounds("load"),
            cancellationToken);
        report.Add("load of the tiny model with devices chosen", "ms", "CPU asked for", loads);
        report.Write();
        return 0;
    }

    /// <summary>Writes by how many bytes this process grows with an engine of a setting that has been used to the full.</summary>
    /// <param name="model">The GGUF file.</param>
    /// <param name="setting">The setting's number.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> MeasureAsync(string model, int setting, CancellationToken cancellationToken)
    {
        // What any engine brings into a process, such as compiled code, is not the model's.
        await UseAsync(TinyModel.Path, new() { ContextSize = 256, MaxSequences = 1 }, () => { }, cancellationToken);
        var before = WorkingSet();
        var after = before;
        await UseAsync(model, Settings[setting].Options, () => after = WorkingSet(), cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{after - before}"));
        return 0;
    }

    /// <summary>Asks for as many logits as are kept, and fills steps with a prompt; what is kept beside the KV cache is not counted.</summary>
    private static async Task UseAsync(string model, EngineOptions options, Action used, CancellationToken cancellationToken)
    {
        await using var engine = await LlamaCpp.LlamaCpp.LoadAsync(
            model, options with { PrefixCache = false }, cancellationToken: cancellationToken);
        var text = BenchmarkModel.PromptOf(engine, Math.Min(engine.ContextSize, 2048) - 1);
        await engine.ScoreAsync(Prompt.FromTokens(text), cancellationToken: cancellationToken);
        await engine.CompleteAsync(Prompt.FromTokens(text), new() { MaxTokens = 1 }, cancellationToken);
        used();
    }

    private static long WorkingSet()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet;
    }

    private static async Task<double> LoadAsync(DevicePlacement devices, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await using var engine = await LlamaCpp.LlamaCpp.LoadAsync(
            TinyModel.Path, new() { ContextSize = 256, MaxSequences = 1, Devices = devices }, cancellationToken: cancellationToken);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<long> InChildAsync(string model, int setting, CancellationToken cancellationToken)
    {
        var itself = Environment.ProcessPath!;
        string[] host = Path.GetFileNameWithoutExtension(itself) is "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        var start = new ProcessStartInfo(itself, [.. host, "placement", "--model", model, "--setting", setting.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var child = Process.Start(start)!;
        var written = await child.StandardOutput.ReadToEndAsync(cancellationToken);
        await child.WaitForExitAsync(cancellationToken);
        return long.Parse(written, CultureInfo.InvariantCulture);
    }
}
