using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Lamina.Benchmarks;

/// <summary>
/// Holds the engine against the bare loop, turn by turn in one process, so that whatever else the machine does falls
/// on both. The ratio is that of the medians.
/// </summary>
internal static class Ratios
{
    private const int GeneratedTokens = 128;
    private const int PromptTokens = 512;

    public static async Task<int> RunAsync(string model, int rounds, int threads, CancellationToken cancellationToken)
    {
        const int contextSize = 1024;
        using var bare = new BareLoop(model, contextSize, threads);
        using var engine = await EngineLoop.OpenAsync(model, contextSize, threads);
        var story = engine.Engine.Tokenizer.Encode(BenchmarkModel.Story);
        var prompt = BenchmarkModel.PromptOf(engine.Engine, PromptTokens);

        var decode = await CompareAsync(
            rounds,
            () =>
            {
                var token = bare.Prefill(story);
                return Seconds(() => bare.Continue(token, GeneratedTokens - 1));
            },
            async () =>
            {
                var usage = await engine.GenerateAsync(story, GeneratedTokens);
                return (usage.Duration - usage.TimeToFirstToken).TotalSeconds * (GeneratedTokens - 1)
                    / (usage.GeneratedTokens - 1);
            },
            cancellationToken);
        var prefill = await CompareAsync(
            rounds,
            () => Seconds(() => bare.Prefill(prompt)),
            async () => (await engine.GenerateAsync(prompt, 1)).TimeToFirstToken.TotalSeconds,
            cancellationToken);

        var table = new Table().AddColumns("", "bare loop, tokens/s", "engine, tokens/s", "ratio");
        AddRow(table, $"decode, 1 stream, {GeneratedTokens} tokens", GeneratedTokens - 1, decode);
        AddRow(table, $"prefill, {PromptTokens} tokens", PromptTokens, prefill);
        AnsiConsole.Write(table);

        var perToken = await AllocationsAsync(engine, story);
        AnsiConsole.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"allocated: {perToken:F1} bytes a token, of which {AverageTextBytes(engine, story):F1} are its text"));
        return 0;
    }

    private static async Task<(double Bare, double Engine)> CompareAsync(
        int rounds, Func<double> bare, Func<Task<double>> engine, CancellationToken cancellationToken)
    {
        var times = new List<(double Bare, double Engine)>();
        for (var round = -1; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Whoever goes second finds warmer caches, so they take turns at it. The first round only warms up.
            var (first, second) = round % 2 == 0 ? (bare(), await engine()) : Swap(await engine(), bare());
            if (round >= 0)
            {
                times.Add((first, second));
            }
        }

        return (Median(times.Select(time => time.Bare)), Median(times.Select(time => time.Engine)));

        static (double, double) Swap(double engine, double bare) => (bare, engine);
    }

    /// <summary>Bytes that a token more costs: the difference between a long and a short generation.</summary>
    private static async Task<double> AllocationsAsync(EngineLoop engine, int[] prompt)
    {
        const int few = 100;
        const int many = 300;
        await engine.GenerateAsync(prompt, many);
        var (shortBytes, shortTokens) = await MeasureAsync(few);
        var (longBytes, longTokens) = await MeasureAsync(many);
        return (double)(longBytes - shortBytes) / (longTokens - shortTokens);

        async Task<(long Bytes, int Tokens)> MeasureAsync(int count)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var usage = await engine.GenerateAsync(prompt, count);
            return (GC.GetTotalAllocatedBytes(precise: true) - before, usage.GeneratedTokens);
        }
    }

    private static double AverageTextBytes(EngineLoop engine, int[] prompt)
    {
        var tokens = engine.Engine.CompleteAsync(
            Tokens.Prompt.FromTokens(prompt), new() { MaxTokens = 300, Sampling = new() { Temperature = 0 } });

        // A string takes 22 bytes and 2 for each character, in steps of 8.
        return tokens.GetAwaiter().GetResult().Tokens.Skip(100)
            .Average(token => (22 + (2 * engine.Engine.Tokenizer.GetBytes(token).Length) + 7) / 8 * 8);
    }

    private static void AddRow(Table table, string name, int tokens, (double Bare, double Engine) seconds) =>
        table.AddRow(
            name,
            (tokens / seconds.Bare).ToString("F1", CultureInfo.InvariantCulture),
            (tokens / seconds.Engine).ToString("F1", CultureInfo.InvariantCulture),
            (seconds.Bare / seconds.Engine).ToString("F3", CultureInfo.InvariantCulture));

    private static double Seconds(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
