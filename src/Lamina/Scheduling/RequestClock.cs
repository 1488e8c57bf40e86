namespace Lamina.Scheduling;

/// <summary>The times of one request.</summary>
internal sealed class RequestClock
{
    private readonly TimeProvider _time;
    private readonly long _started;
    private long? _first;
    private long _last;

    /// <summary>Starts it.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="engineStarted">When the engine started, by the clock.</param>
    public RequestClock(TimeProvider time, long engineStarted)
    {
        _time = time;
        _started = time.GetTimestamp();
        Submitted = time.GetElapsedTime(engineStarted, _started);
    }

    /// <summary>When it started, from the start of the engine.</summary>
    public TimeSpan Submitted { get; }

    /// <summary>Since it started.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    /// <summary>From the start to the first token; zero before that.</summary>
    public TimeSpan TimeToFirstToken => _first is { } first ? _time.GetElapsedTime(_started, first) : TimeSpan.Zero;

    /// <summary>Notes a token.</summary>
    /// <returns>The time since the token before, or since the start for the first.</returns>
    public TimeSpan OnToken()
    {
        var now = _time.GetTimestamp();
        var since = _time.GetElapsedTime(_first is null ? _started : _last, now);
        _first ??= now;
        _last = now;
        return since;
    }
}
