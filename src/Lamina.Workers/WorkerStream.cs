using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Lamina.Tokens;

namespace Lamina.Workers;

/// <summary>The tokens of a generation, as they come from the worker.</summary>
internal sealed class WorkerStream : IWorkerReceiver
{
    /// <summary>Tokens that may come before any is read. Those of a sequence are asked for one by one, so that no more are on it than were read.</summary>
    private const int Window = 64;

    private readonly Action<SequenceChange>? _change;
    private readonly Channel<WorkerMessage.Streamed> _tokens = Channel.CreateUnbounded<WorkerMessage.Streamed>();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WorkerStream(Action<SequenceChange>? change) => _change = change;

    /// <summary>Generates.</summary>
    /// <param name="client">Who is asked.</param>
    /// <param name="sequence">The sequence that is continued, or null.</param>
    /// <param name="change">Told what becomes of the sequence; null where there is none.</param>
    /// <param name="prompt">The prompt; null on a sequence.</param>
    /// <param name="options">The options, or null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async IAsyncEnumerable<Token> ReadAsync(
        WorkerClient client,
        int? sequence,
        Action<SequenceChange>? change,
        Prompt? prompt,
        GenerationOptions? options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var step = sequence is null ? Window / 2 : 1;
        var stream = new WorkerStream(change);
        var id = client.Begin(stream, new WorkerMessage.Generate(sequence, prompt, options, sequence is null ? Window : 1));
        using var registration = client.CancelWith(id, cancellationToken);
        try
        {
            var read = 0;
            while (await stream.WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                while (stream._tokens.Reader.TryRead(out var streamed))
                {
                    if (cancellationToken.IsCancellationRequested && streamed.Token.FinishReason is null && sequence is null)
                    {
                        continue;
                    }

                    yield return streamed.Token;
                    if (++read % step == 0)
                    {
                        client.Send(id, new WorkerMessage.Grant(step));
                    }
                }
            }
        }
        finally
        {
            if (!stream._ended.Task.IsCompleted)
            {
                client.Send(id, new WorkerMessage.Leave());
                await stream._ended.Task.ConfigureAwait(false);
            }
        }
    }

    public bool Receive(WorkerMessage message, byte[] bytes)
    {
        switch (message)
        {
            case WorkerMessage.Streamed streamed:
                Tell(streamed.Change);
                _tokens.Writer.TryWrite(streamed);
                return false;
            case WorkerMessage.Failed failed:
                Tell(failed.Change);
                End(failed.Failure.ToException());
                return true;
            default:
                Tell((message as WorkerMessage.Done)?.Change);
                _tokens.Writer.TryComplete();
                _ended.TrySetResult();
                return true;
        }
    }

    public void End(Exception error)
    {
        _tokens.Writer.TryComplete(error);
        _ended.TrySetResult();
    }

    private async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _tokens.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private void Tell(SequenceChange? found)
    {
        if (found is not null)
        {
            _change?.Invoke(found);
        }
    }
}
