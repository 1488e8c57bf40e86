using Lamina.Runtime;
using Lamina.Sequences;
using Microsoft.Extensions.Logging;

namespace Lamina.Scheduling;

/// <summary>
/// The thread that owns a decoder. It takes requests in, has the scheduler fill each batch, computes it, and hands out
/// what comes of it.
/// </summary>
internal sealed class DecodeLoop : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly Queue<LoopItem> _inbox = new();
    private readonly List<LoopItem> _taken = [];
    private readonly List<SequenceRequest> _inFlight = [];
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private readonly LoopSetup _setup;
    private readonly ILogger _logger;
    private readonly LoopCounters _counters = new();

    private IDecoder? _decoder;
    private volatile bool _isStopping;
    private Exception? _error;
    private int _cancellations;

    private DecodeLoop(LoopSetup setup)
    {
        _setup = setup;
        _logger = setup.Logger;
        _thread = new(Run) { IsBackground = true, Name = setup.Name };
    }

    /// <summary>Since the engine started.</summary>
    public TimeSpan Now => _setup.Now;

    /// <summary>What it reports.</summary>
    public EngineInstruments Instruments => _setup.Instruments;

    /// <summary>The format of its decoder's states.</summary>
    public string StateFormat { get; private set; } = "";

    /// <summary>Whether tokens can be taken out of the middle of a sequence.</summary>
    public bool CanShift { get; private set; }

    /// <summary>Whether nobody waits for any of the batch in flight, or the loop is on its way out.</summary>
    private bool IsUnwanted =>
        _isStopping || (_inFlight.Count > 0 && _inFlight.TrueForAll(request => request.IsCancelled));

    /// <summary>Starts the thread and creates the decoder on it.</summary>
    public static async Task<DecodeLoop> StartAsync(LoopSetup setup)
    {
        var loop = new DecodeLoop(setup);
        loop._thread.Start();
        await loop._started.Task.ConfigureAwait(false);
        return loop;
    }

    /// <summary>Queues a request.</summary>
    /// <exception cref="LaminaException">The loop has ended with an error.</exception>
    /// <exception cref="ObjectDisposedException">The loop is stopping.</exception>
    public void Submit(SequenceRequest request)
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                throw _error is null ? Disposed() : new LaminaException(
                    "decode",
                    "The engine ended with an error and takes no more requests; dispose of it and load it anew.",
                    innerException: _error);
            }

            _inbox.Enqueue(new(request));
        }

        _work.Release();
    }

    /// <summary>
    /// Queues an edit of a sequence, in its turn between the requests on it. Once the loop is stopping there is
    /// nothing left to edit.
    /// </summary>
    public void Edit(CachedSequence sequence, Action<KvCache> edit)
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            _inbox.Enqueue(new(Request: null, sequence, edit));
        }

        _work.Release();
    }

    /// <summary>Queues a request and awaits its result, or gives it up when that is cancelled.</summary>
    /// <exception cref="ObjectDisposedException">The loop is stopping.</exception>
    public async Task<T> RunAsync<T>(ResultRequest<T> request, CancellationToken cancellationToken)
    {
        Submit(request);
        try
        {
            return await request.Result.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Cancel(request);
            throw;
        }
    }

    /// <summary>Gives a request up; a batch that computes nothing else is aborted. Once or more often.</summary>
    public void Cancel(SequenceRequest request)
    {
        lock (_gate)
        {
            request.Cancel();
            _cancellations++;
            AbortIfUnwanted();
        }

        _work.Release();
    }

    /// <summary>What was done so far.</summary>
    public EngineMetrics GetMetrics()
    {
        lock (_gate)
        {
            return _counters.ToMetrics(_inbox.Count(item => item.Request is { IsCancelled: false }));
        }
    }

    /// <summary>Stops the thread; requests that are under way fail.</summary>
    public async Task StopAsync()
    {
        BeginStop();
        await _stopped.Task.ConfigureAwait(false);
    }

    /// <inheritdoc cref="StopAsync"/>
    public void Dispose()
    {
        BeginStop();

        // A sampler that a user wrote runs on this thread and may dispose of the engine.
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }
    }

    private static ObjectDisposedException Disposed() => new("IInferenceEngine", "The engine was disposed of.");

    private void BeginStop()
    {
        lock (_gate)
        {
            _isStopping = true;
            _decoder?.Abort();
        }

        _work.Release();
    }

    private void Run()
    {
        Scheduler? scheduler = null;
        try
        {
            using var decoder = _setup.CreateDecoder();
            var store = _setup.CreateStore();
            var cache = new KvCache(decoder, _setup.Model, store, _logger, wake: () => _work.Release());
            scheduler = new Scheduler(cache, _setup.Policy, _counters, _logger);
            StateFormat = decoder.StateFormat;
            CanShift = decoder.CanShift;
            lock (_gate)
            {
                _decoder = decoder;
            }

            _started.SetResult();
            try
            {
                while (TakeIn(scheduler, cache))
                {
                    Step(decoder, scheduler);
                }
            }
            finally
            {
                lock (_gate)
                {
                    _decoder = null;
                }

                store.Clear();
            }

            End(scheduler, Disposed());
        }
        catch (Exception e)
        {
            if (!_started.TrySetException(e))
            {
                _logger.LogCritical(e, "The decode loop ended; the engine takes no more requests.");
            }

            _error = e; // Submit looks at it once End has closed the loop
            End(scheduler, e);
        }

        _stopped.SetResult();
    }

    /// <summary>Takes in what came, until there is a batch to compute.</summary>
    /// <returns>False once the loop is to stop.</returns>
    private bool TakeIn(Scheduler scheduler, KvCache cache)
    {
        while (true)
        {
            bool anyCancelled;
            lock (_gate)
            {
                if (_isStopping)
                {
                    return false;
                }

                anyCancelled = _cancellations > 0;
                _cancellations = 0;
                while (_inbox.TryDequeue(out var item))
                {
                    _taken.Add(item);
                }
            }

            // What comes after a cancellation finds its sequence free.
            if (anyCancelled)
            {
                scheduler.DropCancelled();
            }

            foreach (var item in _taken)
            {
                if (item.Request is { } request)
                {
                    scheduler.Enqueue(request);
                }
                else
                {
                    Edit(cache, item.Sequence!, item.Edit!);
                }
            }

            _taken.Clear();
            if (scheduler.Plan())
            {
                return true;
            }

            _work.Wait();
        }
    }

    private void Edit(KvCache cache, CachedSequence sequence, Action<KvCache> edit)
    {
        try
        {
            edit(cache);
        }
        catch (Exception e)
        {
            // Its tokens are right, so computing them again is.
            _logger.LogWarning(e, "A sequence of {TokenCount} tokens could not be edited in place.", sequence.Tokens.Count);
            cache.Drop(sequence);
        }
    }

    private void Step(IDecoder decoder, Scheduler scheduler)
    {
        lock (_gate)
        {
            decoder.ResetAbort();
            foreach (var request in scheduler.Planner.Members)
            {
                _inFlight.Add(request);
            }

            AbortIfUnwanted();
        }

        try
        {
            var started = _setup.Time.GetTimestamp();
            var status = decoder.Decode(scheduler.Planner.Batch);
            Take(scheduler, status, _setup.Time.GetElapsedTime(started));
        }
        catch (Exception e)
        {
            _logger.LogError(e, "A batch of {TokenCount} tokens failed.", scheduler.Planner.Batch.Count);
            scheduler.OnFailed(e);
        }
        finally
        {
            lock (_gate)
            {
                _inFlight.Clear();
            }
        }
    }

    private void Take(Scheduler scheduler, DecodeStatus status, TimeSpan elapsed)
    {
        if (status == DecodeStatus.Success)
        {
            Instruments.OnBatch(scheduler.Planner.Batch.Count);
            scheduler.OnComputed(elapsed);
        }
        else if (status == DecodeStatus.Aborted && IsUnwanted)
        {
            scheduler.OnAborted(); // the next turn lets go of the requests
        }
        else if (status == DecodeStatus.Aborted)
        {
            throw new LaminaException("decode", "The runtime aborted a batch that was not given up.");
        }
        else if (!scheduler.OnNoRoom())
        {
            throw new LaminaException("decode", "The KV cache has no room for a batch, though nothing else is in it.");
        }
    }

    private void AbortIfUnwanted()
    {
        if (IsUnwanted)
        {
            _decoder?.Abort();
        }
    }

    private void End(Scheduler? scheduler, Exception error)
    {
        scheduler?.End(error);
        lock (_gate)
        {
            _isStopping = true;
            foreach (var item in _inbox.Concat(_taken))
            {
                item.Request?.Fail(error);
            }

            _inbox.Clear();
        }
    }
}
