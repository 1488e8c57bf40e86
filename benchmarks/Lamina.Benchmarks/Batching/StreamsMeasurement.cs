using Lamina.Runtime;

namespace Lamina.Benchmarks.Batching;

/// <summary>Decode of many streams at once, against the bare loop in the same layout.</summary>
internal sealed class StreamsMeasurement : IMeasurement
{
    private const int GeneratedTokens = 64;

    private static readonly int[] Counts = [1, 8, 32, 64];

    public string Name => "streams";

    public async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        await bench.States.GetAsync(Counts.Max());
        foreach (var count in Counts)
        {
            using var sides = await DecodeSides.OpenAsync(
                bench, count, count == 1 ? KvLayout.Auto : KvLayout.PerSequence);
            await sides.WarmUpAsync();
            var what = $"streams: {count}";
            var found = await Turns.CompareAsync(
                bench.Rounds,
                warmUps: 0,
                () => sides.BareAsync(GeneratedTokens),
                () => sides.EngineAsync(GeneratedTokens),
                bench.Report.Rounds(what),
                cancellationToken);
            bench.Report.Add(what, "tokens/s", "bare loop", found, Target.AtLeast(0.95));
        }
    }
}
