using System.Collections.Concurrent;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Pooling;

/// <summary>A pool of scripted engines, with all engines that were ever started for it.</summary>
internal sealed class PoolUnderTest : IAsyncDisposable
{
    private readonly ConcurrentQueue<ScriptedEngine>[] _started;

    private PoolUnderTest(int workers) => _started = [.. Enumerable.Range(0, workers).Select(_ => new ConcurrentQueue<ScriptedEngine>())];

    public EnginePool Pool { get; private set; } = null!;

    public ImpatientClock Clock { get; } = new();

    /// <summary>The newest engine of a worker.</summary>
    public ScriptedEngine this[int worker] => _started[worker].Last();

    /// <summary>What every later start goes through, with the worker and the number of its start, from 0.</summary>
    public Func<int, int, CancellationToken, Task>? OnStart { get; set; }

    public IEnumerable<ScriptedEngine> Started => _started.SelectMany(engines => engines);

    public static async Task<PoolUnderTest> StartAsync(
        int workers = 2, EnginePoolOptions? options = null, Func<int, ScriptedEngine>? create = null)
    {
        var under = new PoolUnderTest(workers);
        under.Pool = await EnginePool.StartAsync(
            [.. Enumerable.Range(0, workers).Select(worker => (Func<CancellationToken, Task<IInferenceEngine>>)(
                cancellation => under.StartWorkerAsync(worker, create, cancellation)))],
            options,
            timeProvider: under.Clock);
        return under;
    }

    public int Starts(int worker) => _started[worker].Count;

    public ValueTask DisposeAsync() => Pool.DisposeAsync();

    private async Task<IInferenceEngine> StartWorkerAsync(
        int worker, Func<int, ScriptedEngine>? create, CancellationToken cancellation)
    {
        await (OnStart?.Invoke(worker, Starts(worker), cancellation) ?? Task.CompletedTask);
        var engine = create?.Invoke(worker) ?? new();
        _started[worker].Enqueue(engine);
        return engine;
    }
}
