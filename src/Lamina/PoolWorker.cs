namespace Lamina;

/// <summary>A worker of a pool. Whoever looks at it or changes it holds the pool's gate.</summary>
internal sealed class PoolWorker(int index, Func<CancellationToken, Task<IInferenceEngine>> start)
{
    public int Index { get; } = index;

    public Func<CancellationToken, Task<IInferenceEngine>> StartAsync { get; } = start;

    /// <summary>The engine; null while there is none.</summary>
    public IInferenceEngine? Engine { get; set; }

    public PooledWorkerState State { get; set; } = PooledWorkerState.Restarting;

    public int Running { get; set; }

    public int Sequences { get; set; }

    public int Losses { get; set; }

    /// <summary>Restarts in a row.</summary>
    public int Restarts { get; set; }

    /// <summary>When the engine was started.</summary>
    public long Started { get; set; }

    /// <summary>When it was chosen last, in choices of the pool.</summary>
    public long Chosen { get; set; }

    public Exception? Failure { get; set; }

    public PooledWorker ToStatus() => new()
    {
        Index = Index,
        State = State,
        RunningRequests = Running,
        OpenSequences = Sequences,
        Losses = Losses,
        Failure = Failure,
    };
}
