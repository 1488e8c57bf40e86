using System.Diagnostics;
using Lamina.Runtime;

namespace Lamina.Benchmarks.Batching;

/// <summary>How long running streams wait for a token while a long prompt comes in, and how long that prompt waits.</summary>
internal sealed class GapMeasurement : IMeasurement
{
    private const int Streams = 8;

    /// <summary>Enough for the streams to outlast the prompt.</summary>
    private const int ContextSize = 4096;

    /// <summary>Tokens of each stream before the prompt comes: about as many as while it comes.</summary>
    private const int TokensBefore = 400;

    public string Name => "gap";

    public async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        using var engine = await bench.OpenEngineAsync(bench.Options(Streams + 1, ContextSize, KvLayout.PerSequence));
        await FirstTokenAsync(bench, engine, 64);
        List<double> medians = [], longestAlone = [], longest = [], nearly = [], alone = [], beside = [];
        for (var round = 0; round < bench.Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            alone.Add(await FirstTokenAsync(bench, engine, LongPrompt.Length));
            using var end = new CancellationTokenSource();
            var options = Bench.Greedy(ContextSize - 64) with { OnCancel = CancellationBehavior.Finish };
            var streams = Timeline.ReadAsync(Enumerable
                .Range(0, Streams)
                .Select(_ => engine.GenerateAsync(bench.NewTokens(16), options, end.Token)));
            var generated = engine.GetMetrics().GeneratedTokens + (Streams * TokensBefore);
            while (engine.GetMetrics().GeneratedTokens < generated && !streams.IsCompleted)
            {
                await Task.Delay(50, cancellationToken);
            }

            bench.Report.Say(FormattableString.Invariant(
                $"gap: {LongPrompt.Length} tokens alone took {alone[^1]:F1} s; now beside {Streams} streams"));
            var from = Stopwatch.GetTimestamp();
            beside.Add(await FirstTokenAsync(bench, engine, LongPrompt.Length));
            var to = Stopwatch.GetTimestamp();
            if (streams.IsCompleted)
            {
                throw new InvalidOperationException("The streams ended before the prompt was read.");
            }

            // The gap that the prompt's end lies in belongs to it as well.
            await Task.Delay(1000, cancellationToken);
            await end.CancelAsync();
            var timeline = await streams;
            double[] before = [.. timeline.Gaps(0, from)];
            double[] gaps = [.. timeline.Gaps(from, to).Order()];
            medians.Add(Comparison.Median(before) * 1000);
            longestAlone.Add(before.Max() * 1000);
            nearly.Add(gaps[(int)(gaps.Length * 0.99)] * 1000);
            longest.Add(timeline.LongestGap(from, to) * 1000);
            bench.Report.Rounds(Name)(round + 1, medians[^1], longest[^1]);
        }

        bench.Report.Add(
            $"gap: the longest between tokens of {Streams} streams while {LongPrompt.Length} tokens come in",
            "ms",
            "median gap before",
            Comparison.Of(medians, longest),
            Target.AtMost(3));
        bench.Report.Add(
            "gap: 99 of 100 of them are no longer",
            "ms",
            "median gap before",
            Comparison.Of(medians, nearly),
            Target.AtMost(3));
        bench.Report.Add(
            $"gap: the longest of {Streams} streams alone, which is the machine's",
            "ms",
            "median gap before",
            Comparison.Of(medians, longestAlone));
        bench.Report.Add(
            $"gap: first token after {LongPrompt.Length} tokens, beside {Streams} streams",
            "s",
            "alone",
            Comparison.Of(alone, beside));
    }

    /// <summary>Seconds until the first token after a prompt of so many tokens.</summary>
    private static async Task<double> FirstTokenAsync(Bench bench, IInferenceEngine engine, int tokens)
    {
        var prompt = bench.NewTokens(tokens);
        return await Turns.SecondsAsync(() => engine.CompleteAsync(prompt, Bench.Greedy(1)));
    }
}
