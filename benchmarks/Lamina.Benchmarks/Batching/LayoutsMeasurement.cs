using Lamina.Runtime;

namespace Lamina.Benchmarks.Batching;

/// <summary>What it brings that each of many streams has cells of its own.</summary>
internal sealed class LayoutsMeasurement : IMeasurement
{
    private const int Streams = 64;

    /// <summary>Few: with shared cells a step takes seconds.</summary>
    private const int SharedTokens = 8;

    private const int SeparateTokens = 24;

    public string Name => "layouts";

    public async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        using var separate = await DecodeSides.OpenAsync(bench, Streams, KvLayout.PerSequence);
        using var shared = await DecodeSides.OpenAsync(bench, Streams, KvLayout.Shared);
        await separate.WarmUpAsync();
        await CompareAsync("bare loop", static (sides, tokens) => sides.BareAsync(tokens));
        await CompareAsync("engine", static (sides, tokens) => sides.EngineAsync(tokens));

        async Task CompareAsync(string who, Func<DecodeSides, int, Task<double>> decode)
        {
            var what = $"layouts: {who}, {Streams} streams, per sequence";
            var found = await Turns.CompareAsync(
                bench.Rounds,
                warmUps: 0,
                () => decode(shared, SharedTokens),
                () => decode(separate, SeparateTokens),
                bench.Report.Rounds(what),
                cancellationToken);
            bench.Report.Add(what, "tokens/s", "shared", found, Target.AtLeast(5));
        }
    }
}
