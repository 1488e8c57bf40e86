namespace Lamina.Benchmarks.Batching;

/// <summary>Many requests at once, and sequences that are kept: each figure beside its baseline.</summary>
internal static class BatchingCommand
{
    private static readonly IMeasurement[] All =
    [
        new StreamsMeasurement(),
        new LayoutsMeasurement(),
        new ChurnMeasurement(),
        new GapMeasurement(),
        new PrefixMeasurement(),
        new ForkMeasurement(),
        new ParkMeasurement(),
        new OverheadMeasurement(),
        new BatchMeasurement(),
        new ConstraintMeasurement(),
        new ChatMeasurement(),
        new KvCacheMeasurement(),
    ];

    /// <summary>What can be measured.</summary>
    public static IEnumerable<string> Names => All.Select(measurement => measurement.Name);

    /// <summary>Measures.</summary>
    /// <param name="model">The GGUF file.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="threads">Threads of both sides.</param>
    /// <param name="only">What to measure; empty for everything.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string model, int rounds, int threads, IReadOnlyCollection<string> only, CancellationToken cancellationToken)
    {
        using var bench = await Bench.OpenAsync(model, rounds, threads, cancellationToken);
        try
        {
            foreach (var measurement in All.Where(measurement => only.Count == 0 || only.Contains(measurement.Name, StringComparer.Ordinal)))
            {
                await measurement.RunAsync(bench, cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            // What was found before a failure is worth having.
            bench.Report.Write();
        }

        return 0;
    }
}
