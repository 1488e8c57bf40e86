namespace Lamina;

/// <summary>An engine of a pool's worker. As long as it is held the worker counts as having a request more.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Engine">Its engine at that time; it may have another by now.</param>
/// <param name="Pool">The pool.</param>
internal readonly record struct PoolLease(PoolWorker Worker, IInferenceEngine Engine, EnginePool Pool) : IDisposable
{
    public void Dispose() => Pool.Return(this);
}
