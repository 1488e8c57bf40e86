using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Lamina.Workers;

/// <summary>Asks a worker, and hands its answers to who asked.</summary>
internal sealed class WorkerClient : IAsyncDisposable
{
    private readonly ChildProcess _child;
    private readonly WorkerConnection _connection;
    private readonly ILoggerFactory _loggers;
    private readonly ConcurrentDictionary<long, IWorkerReceiver> _receivers = [];
    private readonly TaskCompletionSource<string> _hello = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _sending;
    private Func<Exception>? _end;
    private long _lastId = WorkerMessage.NoRequest;

    public WorkerClient(ChildProcess child, ILoggerFactory loggers)
    {
        _child = child;
        _loggers = loggers;
        _connection = new(child.Output, child.Input, Receive, fault => _ = EndAsync(fault));
        _sending = _connection.RunAsync();
    }

    /// <summary>The version of Lamina that the worker has, once it has said so.</summary>
    public Task<string> Hello => _hello.Task;

    /// <summary>Sends a request.</summary>
    /// <returns>Its number.</returns>
    public long Begin(IWorkerReceiver receiver, WorkerMessage request, ReadOnlyMemory<byte> bytes = default)
    {
        var id = Interlocked.Increment(ref _lastId);
        _receivers[id] = receiver;
        if (Volatile.Read(ref _end) is { } end && _receivers.TryRemove(id, out _))
        {
            receiver.End(end());
        }

        Send(id, request, bytes);
        return id;
    }

    /// <summary>Sends something that belongs to a request.</summary>
    public void Send(long id, WorkerMessage message, ReadOnlyMemory<byte> bytes = default) =>
        _ = _connection.SendAsync(id, message, bytes);

    /// <summary>Sends bytes that belong to a request.</summary>
    /// <returns>A task that ends when they were written.</returns>
    public Task SendPartAsync(long id, ReadOnlyMemory<byte> bytes) => _connection.SendAsync(id, new WorkerMessage.Part(), bytes);

    /// <inheritdoc cref="CallAsync(WorkerMessage, WorkerCall?, CancellationToken)"/>
    public Task<(WorkerMessage Message, byte[] Bytes)> CallAsync(WorkerMessage request, CancellationToken cancellationToken) =>
        CallAsync(request, null, cancellationToken);

    /// <summary>Sends a request, and waits for its answer; a cancelled one ends when the worker has ended it.</summary>
    public async Task<(WorkerMessage Message, byte[] Bytes)> CallAsync(
        WorkerMessage request, WorkerCall? call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        call ??= new();
        var id = Begin(call, request);
        using var registration = CancelWith(id, cancellationToken);
        try
        {
            return await call.Answer.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <summary>
    /// Sends a request, and blocks until its answer is there: for members that are no tasks. Answers come on a thread of the
    /// connection's own, so nothing can wait for the thread that waits here.
    /// </summary>
    public (WorkerMessage Message, byte[] Bytes) Call(WorkerMessage request, WorkerCall? call = null)
    {
        call ??= new();
        Begin(call, request);
        return Wait(call.Answer);
    }

    /// <summary>Blocks until a task of this client ends.</summary>
    public static T Wait<T>(Task<T> task) => task.ConfigureAwait(false).GetAwaiter().GetResult();

    /// <inheritdoc cref="Wait{T}"/>
    public static void Wait(Task task) => task.ConfigureAwait(false).GetAwaiter().GetResult();

    /// <summary>Cancels a request with a token.</summary>
    public CancellationTokenRegistration CancelWith(long id, CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(_ => Send(id, new WorkerMessage.Cancel()), null);

    /// <summary>Ends all requests, and the process.</summary>
    public async ValueTask DisposeAsync()
    {
        End(() => new ObjectDisposedException(nameof(IInferenceEngine)));
        _connection.Complete();
        await _child.StopAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        await _ended.Task.ConfigureAwait(false);
        _child.Dispose();
    }

    /// <summary>Ends the process at once.</summary>
    public void Kill() => _child.Kill();

    private void Receive(long id, WorkerMessage message, byte[] bytes)
    {
        switch (message)
        {
            case WorkerMessage.Hello hello:
                _hello.TrySetResult(hello.Version);
                break;
            case WorkerMessage.Log log:
                Write(log);
                break;
            default:
                if (_receivers.TryGetValue(id, out var receiver) && receiver.Receive(message, bytes))
                {
                    _receivers.TryRemove(id, out _);
                }

                break;
        }
    }

    private void Write(WorkerMessage.Log line)
    {
        try
        {
#pragma warning disable CA2254 // The line was put together in the worker.
            _loggers.CreateLogger(line.Category).Log(line.Level, new EventId(line.EventId), line.Text);
#pragma warning restore CA2254
        }
        catch (ObjectDisposedException)
        {
            // The application has ended its log.
        }
    }

    /// <summary>Finds out why nothing comes any more, and ends all requests with it.</summary>
    private async Task EndAsync(Exception? fault)
    {
        var loss = await _child.FindLossAsync(fault).ConfigureAwait(false);
        End(loss);
        _ended.SetResult();
    }

    /// <summary>Ends all requests, those to come too, each with an exception of its own.</summary>
    private void End(Func<Exception> error)
    {
        Interlocked.CompareExchange(ref _end, error, null);
        _hello.TrySetException(_end());
        foreach (var id in _receivers.Keys)
        {
            if (_receivers.TryRemove(id, out var receiver))
            {
                receiver.End(_end());
            }
        }
    }
}
