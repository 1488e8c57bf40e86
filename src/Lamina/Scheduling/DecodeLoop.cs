using Lamina.Runtime;
using Microsoft.Extensions.Logging;

namespace Lamina.Scheduling;

/// <summary>
/// The thread that owns a decoder. It gives waiting requests a sequence in the order in which they came, puts a token
/// of every running stream and parts of the prompts into each batch, and hands out what comes of it.
/// </summary>
internal sealed class DecodeLoop : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly Queue<SequenceRequest> _waiting = new();
    private readonly List<SequenceRequest> _inFlight = [];
    private readonly List<SequenceRequest> _running = [];
    private readonly PriorityQueue<int, int> _freeSequences = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private readonly ILogger _logger;
    private readonly LoopCounters _counters = new();

    private IDecoder? _decoder;
    private volatile bool _isStopping;

    private DecodeLoop(string name, Func<IDecoder> createDecoder, ILogger logger)
    {
        _logger = logger;
        _thread = new(() => Run(createDecoder)) { IsBackground = true, Name = name };
    }

    /// <summary>Whether nobody waits for any of the batch in flight, or the loop is on its way out.</summary>
    private bool IsUnwanted =>
        _isStopping || (_inFlight.Count > 0 && _inFlight.TrueForAll(request => request.IsCancelled));

    /// <summary>Starts the thread and creates the decoder on it.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="createDecoder">Makes the decoder, which the loop disposes of.</param>
    /// <param name="logger">Where failures are logged.</param>
    public static async Task<DecodeLoop> StartAsync(string name, Func<IDecoder> createDecoder, ILogger logger)
    {
        var loop = new DecodeLoop(name, createDecoder, logger);
        loop._thread.Start();
        await loop._started.Task.ConfigureAwait(false);
        return loop;
    }

    /// <summary>Queues a request.</summary>
    /// <exception cref="ObjectDisposedException">The loop is stopping.</exception>
    public void Submit(SequenceRequest request)
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                throw Disposed();
            }

            _waiting.Enqueue(request);
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
            request.IsCancelled = true;
            AbortIfUnwanted();
        }

        _work.Release();
    }

    /// <summary>What was done so far.</summary>
    public EngineMetrics GetMetrics()
    {
        lock (_gate)
        {
            return _counters.ToMetrics(_waiting.Count(request => !request.IsCancelled));
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

    private void Run(Func<IDecoder> createDecoder)
    {
        try
        {
            using var decoder = createDecoder();
            var planner = new BatchPlanner(decoder.Options);
            for (var sequence = 0; sequence < decoder.Options.SequenceCount; sequence++)
            {
                _freeSequences.Enqueue(sequence, sequence);
            }

            lock (_gate)
            {
                _decoder = decoder;
            }

            _started.SetResult();
            try
            {
                while (Admit())
                {
                    Step(decoder, planner);
                }
            }
            finally
            {
                lock (_gate)
                {
                    _decoder = null;
                }
            }

            End(Disposed());
        }
        catch (Exception e)
        {
            if (!_started.TrySetException(e))
            {
                _logger.LogCritical(e, "The decode loop ended; the engine takes no more requests.");
            }

            End(e);
        }

        _stopped.SetResult();
    }

    /// <summary>Lets go of cancelled requests and gives free sequences to waiting ones; waits where there are none.</summary>
    /// <returns>False once the loop is to stop.</returns>
    private bool Admit()
    {
        while (true)
        {
            for (var i = _running.Count - 1; i >= 0; i--)
            {
                if (_running[i].IsCancelled)
                {
                    _counters.Cancelled++;
                    Release(_running[i]);
                }
            }

            lock (_gate)
            {
                if (_isStopping)
                {
                    return false;
                }

                while (_freeSequences.Count > 0 && _waiting.TryDequeue(out var request))
                {
                    if (!request.IsCancelled)
                    {
                        request.Sequence = _freeSequences.Dequeue();
                        _running.Add(request);
                    }
                }

                _counters.Running = _running.Count;
            }

            if (_running.Count > 0)
            {
                return true;
            }

            _work.Wait();
        }
    }

    private void Step(IDecoder decoder, BatchPlanner planner)
    {
        planner.Fill(_running);
        lock (_gate)
        {
            decoder.ResetAbort();
            foreach (var request in _running)
            {
                if (request.InBatch > 0)
                {
                    _inFlight.Add(request);
                }
            }

            AbortIfUnwanted();
        }

        try
        {
            Take(decoder, decoder.Decode(planner.Batch), planner.Outputs);
        }
        catch (Exception e)
        {
            _logger.LogError(e, "A batch of {TokenCount} tokens failed.", planner.Batch.Count);
            FailBatch(e);
        }
        finally
        {
            lock (_gate)
            {
                _inFlight.Clear();
            }
        }
    }

    private void Take(IDecoder decoder, DecodeStatus status, ReadOnlySpan<PlannedOutput> outputs)
    {
        if (status == DecodeStatus.Aborted && IsUnwanted)
        {
            return; // the next turn lets go of the requests
        }

        if (status != DecodeStatus.Success)
        {
            throw new LaminaException("decode", status == DecodeStatus.NoRoom
                ? "The KV cache has no room for a batch, though sequences have their own."
                : "The runtime aborted a batch that was not given up.");
        }

        _counters.Batches++;
        foreach (var request in _inFlight)
        {
            request.Computed += request.InBatch;
            _counters.Count(request);
        }

        foreach (var (request, index, position) in outputs)
        {
            // Sequence is −1 once an earlier output of the same batch ended the request.
            if (request.Sequence < 0 || request.IsCancelled)
            {
                continue;
            }

            try
            {
                if (request.OnOutput(decoder, index, position))
                {
                    _counters.Completed++;
                    Release(request);
                }
            }
            catch (Exception e)
            {
                FailRequest(request, e);
            }
        }
    }

    private void FailBatch(Exception error)
    {
        foreach (var request in _inFlight)
        {
            if (request.Sequence >= 0)
            {
                FailRequest(request, error);
            }
        }
    }

    private void FailRequest(SequenceRequest request, Exception error)
    {
        if (request.IsCancelled)
        {
            _counters.Cancelled++;
        }
        else
        {
            _counters.Failed++;
        }

        request.Fail(error);
        Release(request);
    }

    private void Release(SequenceRequest request)
    {
        _decoder!.Clear(request.Sequence);
        _freeSequences.Enqueue(request.Sequence, request.Sequence);
        _running.Remove(request);
        request.Sequence = -1;
    }

    private void AbortIfUnwanted()
    {
        if (IsUnwanted)
        {
            _decoder?.Abort();
        }
    }

    private void End(Exception error)
    {
        lock (_gate)
        {
            _isStopping = true;
            foreach (var request in _running.Concat(_waiting))
            {
                request.Fail(error);
            }

            _running.Clear();
            _waiting.Clear();
            _counters.Running = 0;
        }
    }
}
