using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Lamina.Sequences;
using Lamina.Tokens;

namespace Lamina;

/// <summary>A sequence on a worker of a pool, where it stays.</summary>
internal sealed class PooledSequence : ISequence
{
    private readonly PoolLease _place;
    private readonly ISequence _inner;
    private int _isDisposed;

    /// <summary>Wraps a sequence.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="inner">The engine's sequence.</param>
    public PooledSequence(PoolLease place, ISequence inner)
    {
        _place = place;
        _inner = inner;
        _place.Pool.CountSequence(_place.Worker, 1);
    }

    public int Length => _inner.Length;

    public ImmutableArray<int> Tokens => _inner.Tokens;

    private bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    public Task AppendAsync(Prompt prompt, CancellationToken cancellationToken = default) => RunAsync(async () =>
    {
        await _inner.AppendAsync(prompt, cancellationToken).ConfigureAwait(false);
        return true;
    });

    public async IAsyncEnumerable<Token> GenerateAsync(
        GenerationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var lease = _place.Pool.Take(_place);
        IAsyncEnumerator<Token>? stream = null;
        try
        {
            while (true)
            {
                try
                {
                    stream ??= _inner.GenerateAsync(options, cancellationToken).GetAsyncEnumerator(CancellationToken.None);
                    if (!await stream.MoveNextAsync().ConfigureAwait(false))
                    {
                        yield break;
                    }
                }
                catch (Exception e) when (MayBeLoss(e))
                {
                    await ThrowIfLostAsync(e).ConfigureAwait(false);
                    throw;
                }

                yield return stream.Current;
            }
        }
        finally
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    public Task<TextScore> ScoreAsync(Prompt text, CancellationToken cancellationToken = default) =>
        RunAsync(() => _inner.ScoreAsync(text, cancellationToken));

    public ISequence Fork() => new PooledSequence(_place, Run(_inner.Fork));

    public void Rewind(int length) => Run(() =>
    {
        _inner.Rewind(length);
        return true;
    });

    public void Trim(Range range) => Run(() =>
    {
        _inner.Trim(range);
        return true;
    });

    public Task<SequenceState> GetStateAsync(CancellationToken cancellationToken = default) =>
        RunAsync(() => _inner.GetStateAsync(cancellationToken));

    public void SetState(SequenceState state) => Run(() =>
    {
        _inner.SetState(state);
        return true;
    });

    public void Dispose()
    {
        if (LetGo())
        {
            _inner.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (LetGo())
        {
            await _inner.DisposeAsync().ConfigureAwait(false);
        }
    }

    private bool LetGo()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return false;
        }

        _place.Pool.CountSequence(_place.Worker, -1);
        return true;
    }

    private async Task<T> RunAsync<T>(Func<Task<T>> operation)
    {
        using var lease = _place.Pool.Take(_place);
        try
        {
            return await operation().ConfigureAwait(false);
        }
        catch (Exception e) when (MayBeLoss(e))
        {
            await ThrowIfLostAsync(e).ConfigureAwait(false);
            throw;
        }
    }

    private T Run<T>(Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (Exception e) when (MayBeLoss(e))
        {
            if (_place.Pool.Lose(_place, e) is { } lost && lost != e)
            {
                throw lost;
            }

            throw;
        }
    }

    /// <summary>Whether the sequence's engine may be gone, and not just the sequence.</summary>
    private bool MayBeLoss(Exception error) => EnginePool.MayBeLoss(error) && !IsDisposed;

    private async Task ThrowIfLostAsync(Exception error)
    {
        if (await _place.Pool.FindLossAsync(_place, error).ConfigureAwait(false) is { } lost && lost != error)
        {
            throw lost;
        }
    }
}
