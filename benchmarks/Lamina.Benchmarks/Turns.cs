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
        var sides = await TakeAsync(
            rounds,
            warmUps,
            [baseline, found],
            (round, figures) => onRound?.Invoke(round, figures[0], figures[1]),
            cancellationToken);
        return Comparison.Of(sides[0], sides[1]);
    }

    /// <summary>Lets any number of sides take turns; who goes first changes from round to round.</summary>
    /// <param name="rounds">How often.</param>
    /// <param name="warmUps">Rounds before that, which do not count.</param>
    /// <param name="sides">One turn of each; returns what it measured.</param>
    /// <param name="onRound">Told what each round brought of each side.</param>
    /// <param name="cancellationToken">Ends it between turns.</param>
    /// <returns>What each side measured, round by round.</returns>
    public static async Task<IReadOnlyList<double>[]> TakeAsync(
        int rounds,
        int warmUps,
        IReadOnlyList<Func<Task<double>>> sides,
        Action<int, double[]>? onRound = null,
        CancellationToken cancellationToken = default)
    {
        List<double>[] found = [.. sides.Select(_ => new List<double>())];
        for (var round = -warmUps; round < rounds; round++)
        {
            var figures = new double[sides.Count];
            for (var turn = 0; turn < sides.Count; turn++)
            {
                var side = (turn + round + (warmUps * sides.Count)) % sides.Count;
                await Task.Delay(Pause, cancellationToken);
                figures[side] = await sides[side]();
            }

            if (round >= 0)
            {
                foreach (var (figure, of) in figures.Zip(found))
                {
                    of.Add(figure);
                }

                onRound?.Invoke(round + 1, figures);
            }
        }

        return found;
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
