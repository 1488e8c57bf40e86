namespace Lamina;

/// <summary>A worker of an <see cref="EnginePool"/>, as it is at a moment.</summary>
public sealed record PooledWorker
{
    /// <summary>Which one it is: its place among the factories that the pool was started with.</summary>
    public required int Index { get; init; }

    /// <summary>Whether it lives.</summary>
    public required PooledWorkerState State { get; init; }

    /// <summary>The requests and operations on sequences that it has under way.</summary>
    public required int RunningRequests { get; init; }

    /// <summary>The sequences that are open on it.</summary>
    public required int OpenSequences { get; init; }

    /// <summary>How often it was lost.</summary>
    public required int Losses { get; init; }

    /// <summary>Why it was lost last, or could not be started; null where neither was.</summary>
    public Exception? Failure { get; init; }
}
