using System.Diagnostics;

namespace Lamina.Benchmarks;

/// <summary>
/// Holds one side against another, turn by turn in one process, so that whatever else the machine does falls on both.
/// </summary>
internal static class Turns
{
    /// <summary>The threads of whoever was last still spin for a moment.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Takes turns; who goes first changes from round to round.</summary>
    /// <param name="rounds">How often.</param>
    /// <param name="warmUps">Rounds before that, which do not count.</param>
    /// <param name="baseline">One turn of the baseline; returns what it measured.</param>
    /// <param name="found">One turn of the other.</param>
    /// <param name="onRound">Told what each round brought.</param>
    /// <param name="cancellationToken">Ends it between turns.</param>
    public static async Task<Comparison> CompareAsync(
        int rounds,
        int warmUps,
        Func<Task<double>> baseline,
        Func<Task<double>> found,
        Action<int, double, double>? onRound = null,
        CancellationToken cancellationToken = default)
    {
        List<double> baselines = [], founds = [];
        for (var round = -warmUps; round < rounds; round++)
        {
            var isBaselineFirst = (round & 1) == 0;
            var first = await TurnAsync(isBaselineFirst ? baseline : found);
            var second = await TurnAsync(isBaselineFirst ? found : baseline);
            if (round >= 0)
            {
                baselines.Add(isBaselineFirst ? first : second);
                founds.Add(isBaselineFirst ? second : first);
                onRound?.Invoke(round + 1, baselines[^1], founds[^1]);
            }
        }

        return Comparison.Of(baselines, founds);

        async Task<double> TurnAsync(Func<Task<double>> turn)
        {
            await Task.Delay(Pause, cancellationToken);
            return await turn();
        }
    }

    /// <summary>How long some work takes.</summary>
    public static double Seconds(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <inheritdoc cref="Seconds"/>
    public static async Task<double> SecondsAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
