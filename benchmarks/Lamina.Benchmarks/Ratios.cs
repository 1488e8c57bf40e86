using System.Globalization;
using Lamina.Tokens;
using Spectre.Console;

namespace Lamina.Benchmarks;

/// <summary>
/// Holds the engine against the bare loop, turn by turn in one process, so that whatever else the machine does falls
/// on both. The speeds are medians over the rounds, and the ratio is the median of the rounds' ratios.
/// </summary>
internal static class Ratios
{
    private const int GeneratedTokens = 128;
    private const int PromptTokens = 512;

    public static async Task<int> RunAsync(string model, int rounds, int threads, CancellationToken cancellationToken)
    {
        const int contextSize = 1024;
        using var bare = await BareLoop.OpenAsync(model, contextSize, threads);
        using var engine = await EngineLoop.OpenAsync(model, contextSize, threads);
        var story = engine.Engine.Tokenizer.Encode(BenchmarkModel.Story);
        var prompt = BenchmarkModel.PromptOf(engine.Engine, PromptTokens);

        var decode = await Turns.CompareAsync(
            rounds,
            warmUps: 1,
            () =>
            {
                var token = bare.Prefill(story);
                var seconds = Turns.Seconds(() => bare.Continue(token, GeneratedTokens - 1));
                return Task.FromResult((GeneratedTokens - 1) / seconds);
            },
            async () => (await engine.GenerateAsync(story, GeneratedTokens)).TokensPerSecond,
            cancellationToken: cancellationToken);
        var prefill = await Turns.CompareAsync(
            rounds,
            warmUps: 1,
            () => Task.FromResult(PromptTokens / Turns.Seconds(() => bare.Prefill(prompt))),
            async () => PromptTokens / (await engine.GenerateAsync(prompt, 1)).TimeToFirstToken.TotalSeconds,
            cancellationToken: cancellationToken);

        var table = new Table().AddColumns("", "bare loop, tokens/s", "engine, tokens/s", "ratio");
        AddRow(table, $"decode, {GeneratedTokens} tokens", decode);
        AddRow(table, $"prefill, {PromptTokens} tokens", prefill);
        AnsiConsole.Write(table);

        var (allocated, text) = (await AllocationsAsync(engine, story), await TextBytesAsync(engine, story));
        AnsiConsole.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"allocated: {allocated:F1} bytes a token; a token's text takes {text:F1}"));
        return 0;
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

    /// <summary>A string takes 22 bytes and 2 for each character, in steps of 8; an empty one is shared.</summary>
    private static async Task<double> TextBytesAsync(EngineLoop engine, int[] prompt)
    {
        var options = new GenerationOptions { MaxTokens = 300, Sampling = new() { Temperature = 0 } };
        var sizes = new List<int>();
        await foreach (var token in engine.Engine.GenerateAsync(Prompt.FromTokens(prompt), options))
        {
            sizes.Add(token.Text.Length == 0 ? 0 : (22 + (2 * token.Text.Length) + 7) / 8 * 8);
        }

        return sizes.Skip(100).Average();
    }

    private static void AddRow(Table table, string name, Comparison found) => table.AddRow(
        name,
        found.Baseline.ToString("F1", CultureInfo.InvariantCulture),
        found.Found.ToString("F1", CultureInfo.InvariantCulture),
        found.Ratio.ToString("F3", CultureInfo.InvariantCulture));
}
