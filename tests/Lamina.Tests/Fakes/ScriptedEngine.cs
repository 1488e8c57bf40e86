using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Lamina.Runtime;
using Lamina.Scheduling;
using Lamina.Sequences;
using Lamina.Tokens;

namespace Lamina.Tests.Fakes;

/// <summary>
/// An engine without a model, whose answers are <c>a</c> and <c>b</c>: it writes down what it is asked, waits when it is
/// told to, and can be lost.
/// </summary>
internal sealed class ScriptedEngine(string model = "scripted") : IInferenceEngine
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private int _completed;

    public ModelInfo Model { get; } = new FakeRuntime().Info with { Name = model, Fingerprint = model };

    public ITokenizer Tokenizer => new Tokens(this);

    public int ContextSize { get; init; } = 100;

    public GenerationOptions DefaultGeneration { get; init; } = new();

    /// <summary>What answers wait for before their first token.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    /// <summary>Tokens of an answer after which the engine is lost; null for never.</summary>
    public int? DiesAfter { get; set; }

    /// <summary>What requests end with that are not lost, or null.</summary>
    public Exception? Error { get; set; }

    public ConcurrentQueue<string> Prompts { get; } = [];

    public int Disposals { get; private set; }

    public bool IsLost { get; private set; }

    public static Func<CancellationToken, Task<IInferenceEngine>> Start(Func<ScriptedEngine> create) =>
        _ => Task.FromResult<IInferenceEngine>(create());

    public void Lose()
    {
        IsLost = true;
        _end.TrySetResult();
    }

    public async IAsyncEnumerable<Token> GenerateAsync(
        Prompt prompt, GenerationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var running = await BeginAsync(prompt.ToString(), cancellationToken);
        foreach (var (i, text) in new[] { "a", "b" }.Index())
        {
            LoseAfter(i);
            yield return new(i, text, i == 1 ? FinishReason.EndOfGeneration : null);
        }
    }

    public async Task<ISequence> OpenSequenceAsync(
        SequenceOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var running = await BeginAsync("sequence", cancellationToken);
        return new Sequence(this);
    }

    public async Task<TextScore> ScoreAsync(
        Prompt text, Prompt? context = null, CancellationToken cancellationToken = default)
    {
        using var running = await BeginAsync(text.ToString(), cancellationToken);
        return new([]);
    }

    public async Task<IReadOnlyList<float[]>> EmbedAsync(
        IReadOnlyList<Prompt> inputs, EmbeddingOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (inputs.Count == 0)
        {
            ThrowIfEnded();
            return [];
        }

        using var running = await BeginAsync($"{inputs.Count} texts", cancellationToken);
        return [.. inputs.Select(input => new[] { float.Parse(input.ToString(), System.Globalization.CultureInfo.InvariantCulture) })];
    }

    public EngineMetrics GetMetrics() => new(_running, 0, _completed, 0, 0, 0, 0, 0);

    public void Dispose()
    {
        Disposals++;
        _end.TrySetResult();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private async Task<IDisposable> BeginAsync(string prompt, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        Prompts.Enqueue(prompt);
        Interlocked.Increment(ref _running);
        var end = new End(this);
        try
        {
            await await Task.WhenAny(Hold, _end.Task).WaitAsync(cancellationToken);
            ThrowIfEnded();
            LoseAfter(-1);
            return Error is null ? end : throw Error;
        }
        catch
        {
            end.Dispose();
            throw;
        }
    }

    private void LoseAfter(int tokens)
    {
        if (DiesAfter == tokens)
        {
            Lose();
        }

        ThrowIfEnded();
    }

    private void ThrowIfEnded()
    {
        if (IsLost)
        {
            throw new WorkerLostException("lost", 137, "its last words");
        }

        ObjectDisposedException.ThrowIf(Disposals > 0, this);
    }

    private sealed class End(ScriptedEngine engine) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.Decrement(ref engine._running);
            Interlocked.Increment(ref engine._completed);
        }
    }

    private sealed class Sequence(ScriptedEngine engine) : ISequence
    {
        private bool _isDisposed;

        public int Length => 0;

        public ImmutableArray<int> Tokens => [];

        public async Task AppendAsync(Prompt prompt, CancellationToken cancellationToken = default)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            using var running = await engine.BeginAsync(prompt.ToString(), cancellationToken);
        }

        public IAsyncEnumerable<Token> GenerateAsync(
            GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            engine.GenerateAsync("sequence", options, cancellationToken);

        public Task<TextScore> ScoreAsync(Prompt text, CancellationToken cancellationToken = default) =>
            engine.ScoreAsync(text, null, cancellationToken);

        public ISequence Fork()
        {
            engine.ThrowIfEnded();
            return new Sequence(engine);
        }

        public void Rewind(int length) => engine.ThrowIfEnded();

        public void Trim(Range range) => engine.ThrowIfEnded();

        public Task<SequenceState> GetStateAsync(CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public void SetState(SequenceState state) => engine.ThrowIfEnded();

        public void Dispose() => _isDisposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }

    private sealed class Tokens(ScriptedEngine engine) : ITokenizer
    {
        public int VocabularySize => 7;

        public ImmutableArray<int> Prefix => [];

        public ImmutableArray<int> Suffix => [];

        public ImmutableArray<int> PairSeparator => [];

        public ImmutableArray<int> ControlTokens => [];

        public int? BeginOfText => null;

        public int? EndOfText => null;

        public int? EndOfTurn => null;

        public int[] Encode(string text)
        {
            engine.ThrowIfEnded();
            return [text.Length];
        }

        public ReadOnlySpan<byte> GetBytes(int token) => [];

        public TokenKinds GetKind(int token) => TokenKinds.None;
    }
}
