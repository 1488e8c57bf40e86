using System.Collections.Concurrent;
using System.Diagnostics;
using Lamina.Runtime;
using Lamina.Scheduling;

namespace Lamina.Benchmarks.Soak;

/// <summary>The requests of one layout, in rounds; between them nothing runs and what is there is counted.</summary>
internal sealed class SoakPhase(SoakOptions options, KvLayout layout, SoakLog log)
{
    public const int Rounds = 10;
    public const int ContextSize = 256;

    private const int Callers = 48;
    private const int OpenSequences = 16;
    
    /// <summary>How long nothing may end before it counts as stuck.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);


    private readonly ConcurrentQueue<string> _faults = new();
    private readonly ConcurrentQueue<SoakSequence> _open = new();
    private readonly ConcurrentDictionary<int, int> _running = new();
    private int _jobs;
    private int _ended;

    /// <summary>What was not as it should be.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>The warnings of the engine.</summary>
    public IReadOnlyDictionary<string, int> Warnings => log.Warnings;

    /// <summary>What was there after each round.</summary>
    public List<SoakSample> Samples { get; } = [];

    /// <summary>What the callers saw.</summary>
    public SoakCounts Counts { get; } = new();

    /// <summary>What the engine says.</summary>
    public EngineMetrics? Metrics { get; private set; }

    public TimeSpan Duration { get; private set; }

    public KvLayout Layout => layout;

    /// <summary>Runs it.</summary>
    /// <param name="requests">The least number of requests.</param>
    /// <param name="cancellationToken">Ends it after the jobs that run.</param>
    public async Task RunAsync(int requests, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await using var engine = await LlamaCpp.LlamaCpp.LoadAsync(
            options.Model, Sizes(), loggerFactory: log, cancellationToken: cancellationToken);
        var caller = new SoakCaller(engine, Counts);
        for (var round = 1; round <= Rounds && _faults.IsEmpty; round++)
        {
            var target = requests * (long)round / Rounds;
            var work = Enumerable
                .Range(0, Callers)
                .Select(_ => Task.Run(() => WorkAsync(caller, target, cancellationToken), cancellationToken));
            if (!await EndsAsync(Task.WhenAll(work), cancellationToken))
            {
                _faults.Enqueue($"round {round} is stuck in the jobs {string.Join(' ', _running.Keys.Order())}: {engine.GetMetrics()}");
                return;
            }

            await SettleAsync(engine);
            Samples.Add(SoakSample.Take());
        }

        while (_open.TryDequeue(out var sequence))
        {
            sequence.Dispose();
        }

        await EventuallyAsync(() => engine.GetMetrics().CellsInUse == 0, () => $"cells stay in use: {engine.GetMetrics()}");
        Metrics = engine.GetMetrics();
        CheckCounts(Metrics);
        SoakGrowth.Check(Samples, _faults.Enqueue);
        foreach (var error in log.Errors)
        {
            _faults.Enqueue($"the engine logged an error: {error}");
        }

        Duration = Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Awaits the work as long as jobs end.</summary>
    private async Task<bool> EndsAsync(Task work, CancellationToken cancellationToken)
    {
        for (var ended = -1; ; )
        {
            try
            {
                await work.WaitAsync(Patience, cancellationToken);
                return true;
            }
            catch (TimeoutException) when (Volatile.Read(ref _ended) is var now && now > ended)
            {
                ended = now;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }

    private EngineOptions Sizes() => new()
    {
        ContextSize = ContextSize,
        MaxSequences = layout == KvLayout.Shared ? 12 : 5,
        KvLayout = layout,
        CacheTokens = layout == KvLayout.Shared ? ContextSize : null,
        HostCacheBytes = 1 << 17,
        BatchSize = 128,
        MicroBatchSize = 64,
        Threads = 1,
        Scheduling = new PriorityPolicy(TimeSpan.FromSeconds(1)),
    };

    private async Task WorkAsync(SoakCaller caller, long target, CancellationToken cancellationToken)
    {
        while (Counts.Submitted < target && _faults.IsEmpty && !cancellationToken.IsCancellationRequested)
        {
            var job = Interlocked.Increment(ref _jobs);
            var random = new Random(HashCode(job));
            _running.TryAdd(job, 0);
            try
            {
                await (random.Next(3) == 0 ? RunSequenceAsync(caller, random) : caller.RunAsync(random));
            }
            catch (Exception e)
            {
                _faults.Enqueue($"job {job}: {e}");
            }
            finally
            {
                _running.TryRemove(job, out _);
                Interlocked.Increment(ref _ended);
            }
        }
    }

    private int HashCode(int job) => unchecked((((options.Seed * 31) + (int)layout) * 1_000_003) + job);

    /// <summary>A few steps of a sequence, which mostly stays open for a later job.</summary>
    private async Task RunSequenceAsync(SoakCaller caller, Random random)
    {
        var sequence = _open.Count >= OpenSequences && _open.TryDequeue(out var open)
            ? open
            : await SoakSequence.OpenAsync(caller, random);
        var isKept = random.Next(4) > 0;
        try
        {
            for (var i = random.Next(1, 5); i > 0; i--)
            {
                await sequence.StepAsync(random);
            }
        }
        catch
        {
            isKept = false;
            throw;
        }
        finally
        {
            if (isKept)
            {
                _open.Enqueue(sequence);
            }
            else
            {
                sequence.Dispose();
            }
        }
    }

    private Task SettleAsync(IInferenceEngine engine) => EventuallyAsync(
        () => engine.GetMetrics() is { RunningRequests: 0, QueuedRequests: 0 },
        () => $"requests stay: {engine.GetMetrics()}");

    private async Task EventuallyAsync(Func<bool> condition, Func<string> fault)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(10))
            {
                _faults.Enqueue(fault());
                return;
            }

            await Task.Delay(5);
        }
    }

    private void CheckCounts(EngineMetrics metrics)
    {
        var ended = metrics.CompletedRequests + metrics.CancelledRequests + metrics.FailedRequests;
        if (ended < Counts.Submitted || ended > Counts.Submitted + Counts.Uncertain)
        {
            _faults.Enqueue($"{ended} requests ended, and {Counts.Submitted} to {Counts.Submitted + Counts.Uncertain} "
                + $"were submitted: {metrics}");
        }

        if (metrics.FailedRequests != Counts.Failed)
        {
            _faults.Enqueue($"{metrics.FailedRequests} requests failed, and {Counts.Failed} should have");
        }

        if (metrics.CancelledRequests > Counts.Cancellable)
        {
            _faults.Enqueue($"{metrics.CancelledRequests} requests were cancelled, of {Counts.Cancellable} that could be");
        }
    }
}
