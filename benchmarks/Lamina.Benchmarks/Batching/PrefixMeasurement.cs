using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Batching;

/// <summary>How soon a request is answered whose beginning an earlier one had.</summary>
internal sealed class PrefixMeasurement : IMeasurement
{
    private const int PrefixTokens = 1000;
    private const int OtherTokens = 8;

    public string Name => "prefix";

    public async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        foreach (var layout in (KvLayout[])[KvLayout.Shared, KvLayout.PerSequence])
        {
            using var engine = await bench.OpenEngineAsync(bench.Options(4, 2048, layout));
            await FirstTokenAsync(bench, engine, bench.NewPrompt(64));
            await FirstTokenAsync(bench, engine, bench.NewPrompt(64));
            List<double> firsts = [], seconds = [];
            for (var round = 0; round < bench.Rounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var prefix = bench.NewPrompt(PrefixTokens);
                firsts.Add(await FirstTokenAsync(bench, engine, prefix));
                seconds.Add(await FirstTokenAsync(bench, engine, prefix));
                bench.Report.Rounds(Name)(round + 1, firsts[^1], seconds[^1]);
            }

            bench.Report.Add(
                $"prefix: first token after {PrefixTokens} known tokens and {OtherTokens} others, {layout}",
                "ms",
                "the first request's",
                Comparison.Of(firsts, seconds),
                Target.AtMost(0.1));
        }
    }

    /// <summary>Milliseconds until the first token after a prefix and a few tokens of the request's own.</summary>
    private static async Task<double> FirstTokenAsync(Bench bench, IInferenceEngine engine, int[] prefix)
    {
        var prompt = Prompt.FromTokens([.. prefix, .. bench.NewPrompt(OtherTokens)]);
        return await Turns.SecondsAsync(() => engine.CompleteAsync(prompt, Bench.Greedy(1))) * 1000;
    }
}
