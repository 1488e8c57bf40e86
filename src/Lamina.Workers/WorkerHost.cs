using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Lamina.Workers;

/// <summary>The worker's side: does with the engine what it is asked.</summary>
internal sealed class WorkerHost : IAsyncDisposable
{
    private const int PartSize = 1 << 20;

    private readonly Func<string, EngineOptions?, IProgress<float>?, ILoggerFactory?, CancellationToken, Task<IInferenceEngine>> _load;
    private readonly WorkerConnection _connection;
    private readonly ConcurrentDictionary<long, HostedCall> _calls = [];
    private readonly ConcurrentDictionary<int, HostedSequence> _sequences = [];
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _sending;
    private IInferenceEngine? _engine;

    /// <summary>Begins to work.</summary>
    /// <param name="input">What the application sends.</param>
    /// <param name="output">What it gets.</param>
    /// <param name="load">Loads the model.</param>
    public WorkerHost(
        Stream input,
        Stream output,
        Func<string, EngineOptions?, IProgress<float>?, ILoggerFactory?, CancellationToken, Task<IInferenceEngine>> load)
    {
        _load = load;
        _connection = new(input, output, Receive, fault => OnClosed(fault));
        _sending = _connection.RunAsync();
        Send(WorkerMessage.NoRequest, new WorkerMessage.Hello(WorkerProcess.Version));
    }

    /// <summary>Ends when the application has no more to ask, or is gone; with the fault in what it sent, if that is why.</summary>
    public Task Closed => _closed.Task;

    private IInferenceEngine Engine => _engine ?? throw new InvalidOperationException("No model is loaded.");

    /// <summary>Ends what is under way, and disposes of the engine.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var id in _calls.Keys)
        {
            With(id, call => call.Leave());
        }

        if (_engine is not null)
        {
            await _engine.DisposeAsync().ConfigureAwait(false);
        }

        _connection.Complete();
        await _sending.ConfigureAwait(false);
    }

    private static void Forget(Task task) => _ = task;

    private void OnClosed(Exception? fault)
    {
        if (fault is null)
        {
            _closed.SetResult();
        }
        else
        {
            _closed.SetException(fault);
        }
    }

    private void Send(long id, WorkerMessage message, ReadOnlyMemory<byte> bytes = default) =>
        Forget(_connection.SendAsync(id, message, bytes));

    private void Receive(long id, WorkerMessage message, byte[] bytes)
    {
        switch (message)
        {
            case WorkerMessage.Cancel:
                With(id, call => call.Cancel());
                break;
            case WorkerMessage.Leave:
                With(id, call => call.Leave());
                break;
            case WorkerMessage.Grant grant:
                With(id, call => call.Grant(grant.Count));
                break;
            case WorkerMessage.Part:
                With(id, call => call.State?.Add(bytes));
                break;
            case WorkerMessage.Close close:
                if (_sequences.TryRemove(close.Sequence, out var sequence))
                {
                    sequence.Inner.Dispose();
                }

                break;
            default:
                // An operation on a sequence begins before this returns, so they begin in their order.
                Forget(AnswerAsync(id, message));
                break;
        }
    }

    /// <summary>Tells a call something, unless it has ended.</summary>
    private void With(long id, Action<HostedCall> tell)
    {
        if (_calls.TryGetValue(id, out var call))
        {
            lock (call)
            {
                if (_calls.ContainsKey(id))
                {
                    tell(call);
                }
            }
        }
    }

    private async Task AnswerAsync(long id, WorkerMessage request)
    {
        var call = new HostedCall { State = request is WorkerMessage.SetState set ? new(set.Header) : null };
        _calls[id] = call;
        WorkerMessage answer;
        byte[] bytes = [];
        try
        {
            (answer, bytes) = await DoAsync(id, request, call).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // One that was refused since another is under way has changed nothing, and that other one tells what it changes.
            answer = new WorkerMessage.Failed(WorkerFailure.Of(e), e is InvalidOperationException ? null : ChangeOf(request));
        }

        lock (call)
        {
            _calls.TryRemove(id, out _);
        }

        call.Dispose();
        Send(id, answer, bytes);
    }

    private async Task<(WorkerMessage Answer, byte[] Bytes)> DoAsync(long id, WorkerMessage request, HostedCall call)
    {
        switch (request)
        {
            case WorkerMessage.Load load:
                return await LoadAsync(id, load, call.Stop).ConfigureAwait(false);
            case WorkerMessage.Generate generate:
                await GenerateAsync(id, generate, call).ConfigureAwait(false);
                break;
            case WorkerMessage.Score { Sequence: { } number } score:
                return (new WorkerMessage.Scored(await Find(number).Inner.ScoreAsync(score.Text, call.Stop).ConfigureAwait(false)), []);
            case WorkerMessage.Score score:
                return (new WorkerMessage.Scored(await Engine.ScoreAsync(score.Text, score.Context, call.Stop).ConfigureAwait(false)), []);
            case WorkerMessage.Embed embed:
                var vectors = await Engine.EmbedAsync(embed.Inputs, embed.Options, call.Stop).ConfigureAwait(false);
                return (new WorkerMessage.Vectors(vectors.Count), ToBytes(vectors));
            case WorkerMessage.Measure:
                return (new WorkerMessage.Measured(Engine.GetMetrics()), []);
            case WorkerMessage.Encode encode:
                var tokens = await Task.Run(() => Engine.Tokenizer.Encode(encode.Text), CancellationToken.None).ConfigureAwait(false);
                return (new WorkerMessage.Encoded(tokens), []);
            case WorkerMessage.Open open:
                _sequences[open.Sequence] = new(await Engine.OpenSequenceAsync(open.Options, call.Stop).ConfigureAwait(false));
                break;
            case WorkerMessage.Append append:
                await Find(append.Sequence).Inner.AppendAsync(append.Prompt, call.Stop).ConfigureAwait(false);
                break;
            case WorkerMessage.Fork fork:
                _sequences[fork.Other] = new(Find(fork.Sequence).Inner.Fork());
                break;
            case WorkerMessage.Rewind rewind:
                Find(rewind.Sequence).Inner.Rewind(rewind.Length);
                break;
            case WorkerMessage.Trim trim:
                Find(trim.Sequence).Inner.Trim(trim.Start..trim.End);
                break;
            case WorkerMessage.GetState get:
                await SendStateAsync(id, Find(get.Sequence).Inner, call.Stop).ConfigureAwait(false);
                break;
            case WorkerMessage.SetState set:
                await call.State!.Whole.WaitAsync(call.Stop).ConfigureAwait(false);
                using (var state = call.State.Take())
                {
                    Find(set.Sequence).Inner.SetState(state);
                }

                break;
            case WorkerMessage.Failed unreadable:
                throw unreadable.Failure.ToException();
            default:
                throw new NotSupportedException($"A worker is not asked for {request.GetType().Name}.");
        }

        return (new WorkerMessage.Done(ChangeOf(request)), []);
    }

    private async Task<(WorkerMessage Answer, byte[] Bytes)> LoadAsync(
        long id, WorkerMessage.Load load, CancellationToken cancellationToken)
    {
        var progress = new LoadProgress(part => Send(id, new WorkerMessage.Progress(part)));
        using var loggers = new WorkerLoggerFactory(_connection, load.LogLevel);
        _engine = await _load(load.ModelPath, load.Options, progress, loggers, cancellationToken).ConfigureAwait(false);
        var (vocabulary, tokens) = WorkerTokenizer.Write(_engine.Tokenizer);
        return (new WorkerMessage.Loaded(_engine.Model, _engine.ContextSize, vocabulary), tokens);
    }

    private async Task GenerateAsync(long id, WorkerMessage.Generate request, HostedCall call)
    {
        call.Grant(request.Credit);
        var sequence = request.Sequence is { } number ? Find(number) : null;
        var stream = (sequence is null
            ? Engine.GenerateAsync(request.Prompt!, request.Options, call.Stop)
            : sequence.Inner.GenerateAsync(request.Options, call.Stop)).GetAsyncEnumerator(CancellationToken.None);
        await using var leaving = stream.ConfigureAwait(false);
        while (await call.MaySendAsync().ConfigureAwait(false) && await stream.MoveNextAsync().ConfigureAwait(false))
        {
            Send(id, new WorkerMessage.Streamed(stream.Current, sequence?.TakeChange(stream.Current.Id)));
        }
    }

    private async Task SendStateAsync(long id, ISequence sequence, CancellationToken cancellationToken)
    {
        using var state = await sequence.GetStateAsync(cancellationToken).ConfigureAwait(false);
        var bytes = state.Block.Bytes;
        Send(id, new WorkerMessage.State(StateHeader.Of(state)));
        for (var start = 0; start < bytes.Length; start += PartSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await _connection
                .SendAsync(id, new WorkerMessage.Part(), bytes[start..Math.Min(start + PartSize, bytes.Length)])
                .ConfigureAwait(false);
        }
    }

    private HostedSequence Find(int number) => _sequences.TryGetValue(number, out var sequence)
        ? sequence
        : throw new ObjectDisposedException(nameof(ISequence));

    /// <summary>What became of the tokens of the sequence that a request is about.</summary>
    private SequenceChange? ChangeOf(WorkerMessage request)
    {
        int? number = request switch
        {
            WorkerMessage.Generate generate => generate.Sequence,
            WorkerMessage.Append append => append.Sequence,
            WorkerMessage.Rewind rewind => rewind.Sequence,
            WorkerMessage.Trim trim => trim.Sequence,
            WorkerMessage.SetState set => set.Sequence,
            _ => null,
        };
        return number is { } known && _sequences.TryGetValue(known, out var sequence) ? sequence.TakeChange() : null;
    }

    private static byte[] ToBytes(IReadOnlyList<float[]> vectors) =>
        MemoryMarshal.AsBytes<float>(vectors.SelectMany(vector => vector).ToArray()).ToArray();
}
