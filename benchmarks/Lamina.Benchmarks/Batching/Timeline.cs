using System.Diagnostics;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Batching;

/// <summary>When the tokens of streams were read.</summary>
internal sealed class Timeline(IReadOnlyList<long[]> streams)
{
    /// <summary>
    /// Tokens a second while all streams run: from the moment when the last has had its first token until the first
    /// ends. Each stream counts between its own tokens in that time, since those of one step are read one by one.
    /// </summary>
    public double TokensPerSecond
    {
        get
        {
            var (from, to) = (streams.Max(times => times[0]), streams.Min(times => times[^1]));
            return streams.Sum(times =>
            {
                var common = Array.FindAll(times, time => time >= from && time <= to);
                return common.Length < 2
                    ? throw new InvalidOperationException("The streams did not run at the same time.")
                    : (common.Length - 1) / Stopwatch.GetElapsedTime(common[0], common[^1]).TotalSeconds;
            });
        }
    }

    /// <summary>Seconds from a time until every stream has had its first token.</summary>
    public double SecondsToFirst(long started) => Stopwatch.GetElapsedTime(started, streams.Max(times => times[0])).TotalSeconds;

    /// <summary>Reads streams at once.</summary>
    public static async Task<Timeline> ReadAsync(IEnumerable<IAsyncEnumerable<Token>> streams) =>
        new(await Task.WhenAll(streams.Select(stream => Task.Run(() => TimesAsync(stream)))));

    /// <summary>Seconds between the tokens of each stream, of those gaps that end within a time.</summary>
    public IEnumerable<double> Gaps(long from, long to) => streams.SelectMany(times => times
        .Zip(times.Skip(1))
        .Where(gap => gap.Second > from && gap.Second <= to)
        .Select(gap => Stopwatch.GetElapsedTime(gap.First, gap.Second).TotalSeconds));

    /// <summary>Seconds of the longest gap that has a part in a time.</summary>
    public double LongestGap(long from, long to) => streams
        .SelectMany(times => times.Zip(times.Skip(1)))
        .Where(gap => gap.Second > from && gap.First < to)
        .Max(gap => Stopwatch.GetElapsedTime(gap.First, gap.Second).TotalSeconds);

    private static async Task<long[]> TimesAsync(IAsyncEnumerable<Token> stream)
    {
        var times = new List<long>(1024);
        await foreach (var token in stream)
        {
            if (token.Id >= 0)
            {
                times.Add(Stopwatch.GetTimestamp());
            }
        }

        return [.. times];
    }
}
