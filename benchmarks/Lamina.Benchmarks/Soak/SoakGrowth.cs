namespace Lamina.Benchmarks.Soak;

/// <summary>Whether a process grows with what it does: the samples after the first are held against it.</summary>
internal static class SoakGrowth
{
    /// <summary>
    /// Pools keep an array or two of each size for each thread, and reach that only after some rounds: a MiB for the
    /// copies to session files alone. What leaks shows beyond it: 1 KB a request in 9,000 requests.
    /// </summary>
    private const long Heap = 8 << 20;

    /// <summary>
    /// What the allocators of both sides keep differs by some ten MiB from round to round. A native sampler or batch that
    /// is not freed, of some KB, shows beyond it in 9,000 requests.
    /// </summary>
    private const long WorkingSet = 48 << 20;

    /// <summary>
    /// Session files are open for moments, and none between rounds. The runtime opens some of its own, fifteen or so with
    /// its threads, and then no more; a file that stays open shows beyond it after hundreds of requests.
    /// </summary>
    private const int Handles = 32;

    /// <summary>The thread pool's threads come and go.</summary>
    private const int Threads = 24;

    public static void Check(IReadOnlyList<SoakSample> samples, Action<string> fault)
    {
        for (var i = 1; i < samples.Count; i++)
        {
            var (first, now) = (samples[0], samples[i]);
            if (now.Heap - first.Heap > Heap || now.WorkingSet - first.WorkingSet > WorkingSet
                || now.Handles - first.Handles > Handles || now.Threads - first.Threads > Threads)
            {
                fault($"the process grew: {first} after round 1, {now} after round {i + 1}");
                return;
            }
        }
    }
}
