using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Lamina.Scheduling;
using Lamina.Sequences;
using Lamina.Tokens;

namespace Lamina;

/// <summary>
/// A sequence of an engine: its tokens as the caller knows them. The decode loop has its own, which may be ahead while a
/// stream runs; whatever ends early is put back to what is here.
/// </summary>
internal sealed class EngineSequence : ISequence
{
    private readonly InferenceEngine _engine;
    private readonly DecodeLoop _loop;
    private readonly CachedSequence _cached;
    private readonly List<int> _tokens;
    private readonly CancellationTokenSource _disposal = new();
    private int _isBusy;

    public EngineSequence(InferenceEngine engine, DecodeLoop loop, string? tenant, IEnumerable<int> tokens)
    {
        _engine = engine;
        _loop = loop;
        _cached = new(tenant, isKept: true);
        _tokens = [.. tokens];
    }

    public int Length => _tokens.Count;

    public ImmutableArray<int> Tokens => [.. _tokens];

    public async Task AppendAsync(Prompt prompt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        using var turn = Begin(cancellationToken);
        var tokens = await _engine.EncodeAsync(prompt, withPrefix: Length == 0).ConfigureAwait(false);
        if (tokens.Length > 0)
        {
            _engine.ThrowIfTooLong("append", Length + tokens.Length);
            await RunAsync(new AppendRequest(_cached, Profile(tokens.Length), tokens), turn).ConfigureAwait(false);
            _tokens.AddRange(tokens);
        }
    }

    public IAsyncEnumerable<Token> GenerateAsync(
        GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = _engine.Check(options);
        return Generate(options, cancellationToken);
    }

    public async Task<TextScore> ScoreAsync(Prompt text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var turn = Begin(cancellationToken);
        var tokens = await _engine.EncodeAsync(text, withPrefix: false).ConfigureAwait(false);
        InferenceEngine.ThrowIfNothing(tokens, nameof(text));
        _engine.ThrowIfTooLong("score", Length + tokens.Length, _engine.ContextSize + 1);

        // The first of all tokens has nothing before it to be likely after.
        var unscored = Length == 0 ? 1 : 0;
        var found = Array.Empty<float>();
        if (tokens.Length > unscored)
        {
            var request = new ScoreRequest(
                _cached, Profile(tokens.Length), tokens, unscored, _engine.Tokenizer.VocabularySize);
            found = await RunAsync(request, turn).ConfigureAwait(false);
            Restore();
        }

        return _engine.ToScore(tokens, found);
    }

    public ISequence Fork()
    {
        using var turn = Begin(default);
        var fork = new EngineSequence(_engine, _loop, _cached.Tenant, _tokens);
        _loop.Edit(_cached, cache => cache.Fork(_cached, fork._cached));
        return fork;
    }

    public void Rewind(int length)
    {
        using var turn = Begin(default);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        _tokens.RemoveRange(length, Length - length);
        _loop.Edit(_cached, cache => cache.Truncate(_cached, length));
    }

    public void Trim(Range range)
    {
        using var turn = Begin(default);
        var (start, end) = (range.Start.GetOffset(Length), range.End.GetOffset(Length));
        if (start < 0 || start > end || end > Length)
        {
            throw new ArgumentOutOfRangeException(nameof(range), range, $"The sequence has {Length} tokens.");
        }

        var count = end - start;
        _engine.ThrowIfNoShift(_loop);
        _tokens.RemoveRange(start, count);
        _loop.Edit(_cached, cache => cache.RemoveRange(_cached, start, count));
    }

    public async Task<SequenceState> GetStateAsync(CancellationToken cancellationToken = default)
    {
        using var turn = Begin(cancellationToken);
        ThrowIfEmpty("save");
        var state = await RunAsync(new StateRequest(_cached, Profile(0)), turn).ConfigureAwait(false);
        return new(state!, Tokens);
    }

    public void SetState(SequenceState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        using var turn = Begin(default);
        state.ThrowIfForeign(_engine.Model.Fingerprint, _loop.StateFormat, _engine.Tokenizer.VocabularySize);
        _engine.ThrowIfTooLong("open session", state.Tokens.Length);
        var block = state.Block.Retain();
        _tokens.Clear();
        _tokens.AddRange(state.Tokens);
        var tokens = _tokens.ToArray();
        _loop.Edit(_cached, cache => cache.Assign(_cached, tokens, block));
    }

    public void Dispose()
    {
        if (_disposal.IsCancellationRequested)
        {
            return;
        }

        _disposal.Cancel();
        if (Interlocked.CompareExchange(ref _isBusy, 1, 0) == 0)
        {
            LetGo();
        }
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private async IAsyncEnumerable<Token> Generate(
        GenerationOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var turn = Begin(cancellationToken);
        ThrowIfEmpty("continue");
        var clock = _engine.StartClock();
        var request = await _engine
            .CreateRequestAsync(_loop, _cached, Tokens, options, clock)
            .ConfigureAwait(false);
        var isWhole = false;
        try
        {
            var stream = GenerationStream
                .ReadAsync(_loop, request, options.OnCancel, turn.Token)
                .GetAsyncEnumerator(CancellationToken.None);
            await using var leaving = stream.ConfigureAwait(false);
            while (await turn.MoveNextAsync(stream).ConfigureAwait(false))
            {
                var token = stream.Current;
                if (token.Id >= 0)
                {
                    Add(token.Id, request.Limits);
                }

                isWhole = token.FinishReason is not null and not FinishReason.Cancelled && !request.IsAhead;
                yield return token;
            }
        }
        finally
        {
            if (!isWhole)
            {
                Restore();
            }
        }
    }

    /// <summary>Adds a token as the loop did: where the context was full, it has shifted before.</summary>
    private void Add(int token, GenerationLimits limits)
    {
        var (start, count) = limits.ToForget(Length);
        _tokens.RemoveRange(start, count);
        _tokens.Add(token);
    }

    private async Task<T> RunAsync<T>(ResultRequest<T> request, Turn turn)
    {
        try
        {
            return await _loop.RunAsync(request, turn.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Restore();
            turn.ThrowIfCancelled(e);
            throw;
        }
    }

    /// <summary>Puts the loop's tokens back to those that are here.</summary>
    private void Restore()
    {
        var tokens = _tokens.ToArray();
        _loop.Edit(_cached, cache => cache.Assign(_cached, tokens));
    }

    private RequestProfile Profile(int tokens) => new(_loop.Now, 0, tokens, 0);

    private void ThrowIfEmpty(string what)
    {
        if (Length == 0)
        {
            throw new InvalidOperationException($"The sequence is empty; append a prompt to {what} it.");
        }
    }

    private Turn Begin(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposal.IsCancellationRequested, typeof(ISequence));
        _engine.ThrowIfDisposed();
        return Interlocked.CompareExchange(ref _isBusy, 1, 0) == 0
            ? new(this, cancellationToken)
            : throw new InvalidOperationException(
                "An operation on this sequence is under way; await it, or read its stream to the end, or fork before.");
    }

    private void LetGo()
    {
        _loop.Edit(_cached, cache => cache.Retire(_cached));
        _disposal.Dispose();
    }

    /// <summary>The time in which one operation has the sequence.</summary>
    private sealed class Turn : IDisposable
    {
        private readonly EngineSequence _sequence;
        private readonly CancellationToken _given;
        private readonly CancellationTokenSource? _either;

        public Turn(EngineSequence sequence, CancellationToken cancellationToken)
        {
            _sequence = sequence;
            _given = cancellationToken;
            if (cancellationToken.CanBeCanceled)
            {
                _either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, sequence._disposal.Token);
            }

            Token = _either?.Token ?? sequence._disposal.Token;
        }

        public CancellationToken Token { get; }

        /// <summary>Throws what a cancellation is to the caller: the sequence's disposal, or its own token's.</summary>
        public void ThrowIfCancelled(Exception error)
        {
            if (error is OperationCanceledException)
            {
                ObjectDisposedException.ThrowIf(_sequence._disposal.IsCancellationRequested, typeof(ISequence));
                throw new OperationCanceledException(_given);
            }
        }

        public async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<Token> stream)
        {
            try
            {
                return await stream.MoveNextAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException e)
            {
                ThrowIfCancelled(e);
                throw;
            }
        }

        public void Dispose()
        {
            _either?.Dispose();
            // In this order, so that a disposal that comes meanwhile lets the sequence go, or else this does; not neither.
            Interlocked.Exchange(ref _sequence._isBusy, 0);
            if (_sequence._disposal.IsCancellationRequested
                && Interlocked.CompareExchange(ref _sequence._isBusy, 1, 0) == 0)
            {
                _sequence.LetGo();
            }
        }
    }
}
