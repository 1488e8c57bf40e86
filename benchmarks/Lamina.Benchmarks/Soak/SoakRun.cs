using System.Globalization;
using Lamina.Runtime;

namespace Lamina.Benchmarks.Soak;

/// <summary>
/// Many short requests of every kind on a small model, in both layouts one after the other, with less room than they
/// need; what comes of each is checked, and what the process keeps.
/// </summary>
internal static class SoakRun
{
    private const int MostFaults = 5;

    /// <summary>Runs it.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="output">Where the summary goes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was not as it should be: nothing.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(
        SoakOptions options, TextWriter output, CancellationToken cancellationToken = default)
    {
        var faults = new List<string>();
        foreach (var layout in (KvLayout[])[KvLayout.Shared, KvLayout.PerSequence])
        {
            using var log = new SoakLog();
            var phase = new SoakPhase(options, layout, log);
            await phase.RunAsync((options.Requests + 1) / 2, cancellationToken);
            faults.AddRange(phase.Faults.Take(MostFaults).Select(fault => $"{layout}: {fault}"));
            await WriteAsync(output, phase);
        }

        foreach (var fault in faults)
        {
            await output.WriteLineAsync($"FAULT {fault}");
        }

        return faults;
    }

    private static async Task WriteAsync(TextWriter output, SoakPhase phase)
    {
        var (counts, culture) = (phase.Counts, CultureInfo.InvariantCulture);
        await output.WriteLineAsync(string.Create(
            culture,
            $"{phase.Layout}: {counts.Submitted:N0} requests and {counts.Uncertain:N0} cancelled at once, "
            + $"{counts.Refused:N0} calls refused, {counts.Tokens:N0} tokens read, {phase.Duration.TotalSeconds:F1} s"));
        if (phase.Metrics is { } metrics)
        {
            await output.WriteLineAsync(string.Create(
                culture,
                $"  completed {metrics.CompletedRequests:N0}, cancelled {metrics.CancelledRequests:N0}, failed "
                + $"{metrics.FailedRequests:N0}; prompt tokens {metrics.PromptTokens:N0}, reused "
                + $"{metrics.ReusedTokens:N0}, batches {metrics.Batches:N0}; parked {metrics.ParkedRequests:N0}, prefix "
                + $"hits {metrics.PrefixHits:N0} of {metrics.PrefixLookups:N0}"));
        }

        await output.WriteLineAsync(string.Create(
            culture,
            $"  {counts.Compared:N0} sequences as freshly read, within {counts.LargestDifference:F4}"));
        for (var i = 0; i < phase.Samples.Count; i++)
        {
            await output.WriteLineAsync($"  {(i + 1) * 100 / SoakPhase.Rounds,3} %: {phase.Samples[i]}");
        }

        foreach (var (warning, count) in phase.Warnings)
        {
            await output.WriteLineAsync($"  warned {count} times: {warning}");
        }
    }
}
