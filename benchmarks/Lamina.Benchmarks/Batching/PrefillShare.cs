namespace Lamina.Benchmarks.Batching;

/// <summary>Something that spares a prefill, and is held against it.</summary>
/// <param name="What">What it is.</param>
/// <param name="Most">The most of the prefill that it should take.</param>
/// <param name="SecondsAsync">Does it once, and says how long it took.</param>
internal sealed record PrefillShare(string What, double Most, Func<Task<double>> SecondsAsync)
{
    /// <summary>Times in a round, since each is short; their median counts.</summary>
    private const int Times = 5;

    /// <summary>Measures several, each round beside the round's prefill.</summary>
    public static async Task CompareAsync(
        Bench bench, IReadOnlyList<PrefillShare> shares, CancellationToken cancellationToken)
    {
        var prefills = new List<double>();
        var found = shares.Select(_ => new List<double>()).ToArray();
        foreach (var share in shares)
        {
            await share.SecondsAsync();
        }

        for (var round = 0; round < bench.Rounds; round++)
        {
            prefills.Add(bench.LongPrompt.PrefillSeconds(round) * 1000);
            foreach (var (share, times) in shares.Zip(found))
            {
                var samples = new List<double>();
                for (var i = 0; i < Times; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    samples.Add(await share.SecondsAsync() * 1000);
                }

                times.Add(Comparison.Median(samples));
                bench.Report.Rounds(share.What)(round + 1, prefills[^1], times[^1]);
            }
        }

        foreach (var (share, times) in shares.Zip(found))
        {
            bench.Report.Add(share.What, "ms", "prefill", Comparison.Of(prefills, times), Target.AtMost(share.Most));
        }
    }
}
