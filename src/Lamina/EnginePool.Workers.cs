using System.Runtime.ExceptionServices;
using Lamina.Pooling;
using Lamina.Scheduling;
using Microsoft.Extensions.Logging;

namespace Lamina;

/// <content>Who gets a request, and what becomes of workers that are lost.</content>
public sealed partial class EnginePool
{
    /// <summary>Whether an error may mean that its engine is gone.</summary>
    internal static bool MayBeLoss(Exception error) => error is WorkerLostException or ObjectDisposedException;

    /// <summary>Counts a request more on a worker.</summary>
    internal PoolLease Take(PoolLease place)
    {
        lock (_gate)
        {
            place.Worker.Running++;
            return place;
        }
    }

    internal void Return(PoolLease lease)
    {
        lock (_gate)
        {
            lease.Worker.Running--;
        }
    }

    internal void CountSequence(PoolWorker worker, int change)
    {
        lock (_gate)
        {
            worker.Sequences += change;
        }
    }

    /// <summary>
    /// Finds out whether an engine is gone, and then starts another in its place. An error of disposal may come from
    /// something else, so the engine is asked for no work at all, which only a disposed one refuses.
    /// </summary>
    /// <returns>What the loss is to a caller; null where the engine lives.</returns>
    /// <exception cref="ObjectDisposedException">The pool is disposed of.</exception>
    internal async Task<WorkerLostException?> FindLossAsync(PoolLease lease, Exception error)
    {
        if (Lose(lease, error) is { } lost)
        {
            return lost;
        }

        try
        {
            await lease.Engine.EmbedAsync([], cancellationToken: CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (MayBeLoss(e))
        {
            return Lose(lease, Describe(lease, e));
        }
    }

    /// <summary>Finds out whether an engine is gone, as far as the error shows it or it was known.</summary>
    /// <inheritdoc cref="FindLossAsync"/>
    internal WorkerLostException? Lose(PoolLease lease, Exception error)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            var worker = lease.Worker;
            var isKnown = worker.Engine != lease.Engine;
            if (error is not WorkerLostException && !isKnown)
            {
                return null;
            }

            var lost = error as WorkerLostException ?? worker.Failure as WorkerLostException ?? Describe(lease, error);
            if (!isKnown)
            {
                worker.Engine = null;
                worker.State = PooledWorkerState.Restarting;
                worker.Losses++;
                worker.Failure = lost;
                _prefixes.Forget(worker.Index);
                _restarts.RemoveAll(restart => restart.IsCompleted);
                _restarts.Add(Task.Run(() => RestartAsync(worker, lease.Engine)));
            }

            return lost;
        }
    }

    private static WorkerLostException Describe(PoolLease lease, Exception error) => error as WorkerLostException ?? new(
        $"Worker {lease.Worker.Index} of the pool is gone: it was disposed of, and not by the pool.", innerException: error);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes the best worker, and waits for one while none lives.</summary>
    /// <exception cref="WorkerLostException">All workers are given up.</exception>
    private async ValueTask<PoolLease> RentAsync(ulong[] pieces, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(IsDisposed, this);
                cancellationToken.ThrowIfCancellationRequested();
                if (Choose(pieces) is { } worker)
                {
                    worker.Running++;
                    worker.Chosen = ++_choices;
                    _prefixes.Add(pieces, worker.Index);
                    return new(worker, worker.Engine!, this);
                }

                ThrowIfNoneIsLeft();
                Interlocked.Increment(ref _waiting);
                change = _change.Task;
            }

            try
            {
                await change.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    private PoolWorker? Choose(ReadOnlySpan<ulong> pieces)
    {
        Span<int> read = stackalloc int[_workers.Length];
        _prefixes.Find(pieces, read);
        PoolWorker? best = null;
        (double Cost, int Sequences, long Chosen) least = default;
        foreach (var worker in _workers)
        {
            if (worker.Engine is not null)
            {
                var unread = pieces.Length == 0 ? 1 : 1 - ((double)read[worker.Index] / pieces.Length);
                var rank = (worker.Running + (_options.AffinityWeight * unread), worker.Sequences, worker.Chosen);
                if (best is null || rank.CompareTo(least) < 0)
                {
                    (best, least) = (worker, rank);
                }
            }
        }

        return best;
    }

    private void ThrowIfNoneIsLeft()
    {
        if (Array.TrueForAll(_workers, worker => worker.State == PooledWorkerState.GivenUp))
        {
            var failure = _workers[^1].Failure!;
            throw new WorkerLostException(
                $"All {_workers.Length} workers of the pool are lost, and were started again as often as the options say. The "
                    + $"last failure: {failure.Message}",
                (failure as WorkerLostException)?.ExitCode,
                (failure as WorkerLostException)?.ErrorOutput ?? "",
                failure);
        }
    }

    /// <summary>Throws unless the request may go to another worker.</summary>
    private async Task ThrowIfFinalAsync(PoolLease lease, Exception error, bool isFinal)
    {
        var lost = await FindLossAsync(lease, error).ConfigureAwait(false);
        if (lost is null || isFinal)
        {
            ExceptionDispatchInfo.Throw(lost ?? error);
        }
    }

    private async Task RestartAsync(PoolWorker worker, IInferenceEngine dead)
    {
        _logger.LogWarning(worker.Failure, "Worker {Worker} is lost: {Reason}", worker.Index, worker.Failure!.Message);
        var done = dead.GetMetrics() with { RunningRequests = 0, QueuedRequests = 0, CellsInUse = 0 };
        lock (_gate)
        {
            _past += done;
            if (_time.GetElapsedTime(worker.Started) >= _options.RestartWindow)
            {
                worker.Restarts = 0;
            }
        }

        await EndAsync(worker, dead).ConfigureAwait(false);
        while (worker.Restarts < _options.MaxRestarts)
        {
            var wait = _options.RestartDelay * Math.Pow(2, worker.Restarts++);
            try
            {
                await Task.Delay(
                    wait < _options.RestartWindow ? wait : _options.RestartWindow, _time, _disposal.Token).ConfigureAwait(false);
                await StartAgainAsync(worker).ConfigureAwait(false);
                return;
            }
            catch (Exception) when (IsDisposed)
            {
                return;
            }
            catch (Exception e)
            {
                _logger.LogWarning(
                    e, "Worker {Worker} could not be started again, at attempt {Attempt}: {Reason}", worker.Index, worker.Restarts, e.Message);
                lock (_gate)
                {
                    worker.Failure = e;
                }
            }
        }

        _logger.LogError(
            "Worker {Worker} is given up after {Restarts} restarts in a row: {Reason}",
            worker.Index,
            worker.Restarts,
            worker.Failure.Message);
        lock (_gate)
        {
            worker.State = PooledWorkerState.GivenUp;
            Signal();
        }
    }

    /// <summary>Disposes of what is left of an engine, whatever that brings.</summary>
    private async Task EndAsync(PoolWorker worker, IInferenceEngine dead)
    {
        try
        {
            await dead.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.LogWarning(e, "Worker {Worker} was lost, and could not be disposed of: {Reason}", worker.Index, e.Message);
        }
    }

    private async Task StartAgainAsync(PoolWorker worker)
    {
        var engine = await worker.StartAsync(_disposal.Token).ConfigureAwait(false);
        try
        {
            if (FindOtherModel(engine.Model, Model) is { } other)
            {
                throw new LaminaException("restart", $"Worker {worker.Index} {other}");
            }

            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(IsDisposed, this);
                worker.Engine = engine;
                worker.State = PooledWorkerState.Living;
                worker.Started = _time.GetTimestamp();
                Signal();
            }
        }
        catch
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _logger.LogInformation("Worker {Worker} lives again, at attempt {Attempt}.", worker.Index, worker.Restarts);
    }

    /// <summary>Wakes those that wait for a worker.</summary>
    private void Signal()
    {
        _change.SetResult();
        _change = NewSignal();
    }

    /// <summary>Ends what waits, once.</summary>
    /// <returns>The engines to dispose of; null where that was done.</returns>
    private IInferenceEngine[]? Close()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return null;
            }

            _isDisposed = true;
            Signal();
        }

        _disposal.Cancel();
        return Engines();
    }
}
