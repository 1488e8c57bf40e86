using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Lamina.Sequences;
using Lamina.Tokens;

namespace Lamina.Workers;

/// <summary>A sequence of a worker's engine, whose tokens are known here as they are there.</summary>
internal sealed class WorkerSequence(WorkerEngine engine, WorkerClient client, int number, IEnumerable<int> tokens) : ISequence
{
    private const int PartSize = 1 << 20;

    private readonly List<int> _tokens = [.. tokens];
    private int _isDisposed;

    public int Length
    {
        get
        {
            lock (_tokens)
            {
                return _tokens.Count;
            }
        }
    }

    public ImmutableArray<int> Tokens
    {
        get
        {
            lock (_tokens)
            {
                return [.. _tokens];
            }
        }
    }

    public Task AppendAsync(Prompt prompt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ThrowIfDisposed();
        return client.CallAsync(new WorkerMessage.Append(number, prompt), new(change: Apply), cancellationToken);
    }

    public IAsyncEnumerable<Token> GenerateAsync(
        GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        Portable.Check(options);
        return Generate(options, cancellationToken);
    }

    public async Task<TextScore> ScoreAsync(Prompt text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        ThrowIfDisposed();
        var answer = await client
            .CallAsync(new WorkerMessage.Score(number, text, null), cancellationToken).ConfigureAwait(false);
        return ((WorkerMessage.Scored)answer.Message).Found;
    }

    public ISequence Fork()
    {
        ThrowIfDisposed();
        var other = engine.NextSequence();
        client.Call(new WorkerMessage.Fork(number, other));
        return new WorkerSequence(engine, client, other, Tokens);
    }

    public void Rewind(int length)
    {
        ThrowIfDisposed();
        client.Call(new WorkerMessage.Rewind(number, length), new(change: Apply));
    }

    public void Trim(Range range)
    {
        ThrowIfDisposed();
        var length = Length;
        var (start, end) = (range.Start.GetOffset(length), range.End.GetOffset(length));
        if (start < 0 || start > end || end > length)
        {
            throw new ArgumentOutOfRangeException(nameof(range), range, $"The sequence has {length} tokens.");
        }

        client.Call(new WorkerMessage.Trim(number, start, end), new(change: Apply));
    }

    public async Task<SequenceState> GetStateAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        var call = new WorkerCall();
        await client.CallAsync(new WorkerMessage.GetState(number), call, cancellationToken).ConfigureAwait(false);
        return call.TakeState();
    }

    public void SetState(SequenceState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        ThrowIfDisposed();
        var block = state.Block.Retain();
        try
        {
            var call = new WorkerCall(change: Apply);
            var id = client.Begin(call, new WorkerMessage.SetState(number, StateHeader.Of(state)));
            for (var start = 0; start < block.Bytes.Length; start += PartSize)
            {
                // One after the other, so that what others ask comes between.
                WorkerClient.Wait(client.SendPartAsync(id, block.Bytes[start..Math.Min(start + PartSize, block.Bytes.Length)]));
            }

            WorkerClient.Wait(call.Answer);
        }
        finally
        {
            block.Release();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            client.Send(WorkerMessage.NoRequest, new WorkerMessage.Close(number));
        }
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private async IAsyncEnumerable<Token> Generate(
        GenerationOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        await foreach (var token in WorkerStream
            .ReadAsync(client, number, Apply, null, options, cancellationToken).ConfigureAwait(false))
        {
            yield return token;
        }
    }

    private void Apply(SequenceChange change)
    {
        lock (_tokens)
        {
            change.Apply(_tokens);
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, typeof(ISequence));
}
