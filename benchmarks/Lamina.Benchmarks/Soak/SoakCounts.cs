namespace Lamina.Benchmarks.Soak;

/// <summary>What the callers have seen, to be held against the engine's metrics. Safe for use from several threads.</summary>
internal sealed class SoakCounts
{
    private long _submitted;
    private long _uncertain;
    private long _cancellable;
    private long _failed;
    private long _refused;
    private long _tokens;
    private long _compared;
    private double _largestDifference;

    /// <summary>Requests that the decode loop has had.</summary>
    public long Submitted => Interlocked.Read(ref _submitted);

    /// <summary>Requests that were cancelled so soon that the decode loop may not have had them.</summary>
    public long Uncertain => Interlocked.Read(ref _uncertain);

    /// <summary>Requests that a caller may have cancelled.</summary>
    public long Cancellable => Interlocked.Read(ref _cancellable);

    /// <summary>Requests that ended with an error.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Calls that failed before there was a request.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Tokens that were generated and read.</summary>
    public long Tokens => Interlocked.Read(ref _tokens);

    /// <summary>Sequences that were held against freshly read ones.</summary>
    public long Compared => Interlocked.Read(ref _compared);

    /// <summary>The largest difference of a log-probability that was found so.</summary>
    public double LargestDifference => Volatile.Read(ref _largestDifference);

    public void Submit(int requests = 1, bool cancellable = false, bool certain = true)
    {
        Interlocked.Add(ref certain ? ref _submitted : ref _uncertain, requests);
        Interlocked.Add(ref _cancellable, cancellable ? requests : 0);
    }

    public void Fail() => Interlocked.Increment(ref _failed);

    public void Refuse() => Interlocked.Increment(ref _refused);

    public void Read(int tokens) => Interlocked.Add(ref _tokens, tokens);

    public void Compare(double difference)
    {
        Interlocked.Increment(ref _compared);
        for (var known = LargestDifference; difference > known;)
        {
            var before = Interlocked.CompareExchange(ref _largestDifference, difference, known);
            known = before.Equals(known) ? difference : before;
        }
    }
}
