using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Lamina.Sequences;
using Lamina.Tokens;

namespace Lamina.Tests.Fakes;

/// <summary>A sequence whose forks, and theirs, are counted until they are disposed of.</summary>
internal sealed class CountingSequence(ISequence inner, StrongBox<int> open) : ISequence
{
    private int _isDisposed;

    public int Length => inner.Length;

    public ImmutableArray<int> Tokens => inner.Tokens;

    public Task AppendAsync(Prompt prompt, CancellationToken cancellationToken = default) =>
        inner.AppendAsync(prompt, cancellationToken);

    public IAsyncEnumerable<Token> GenerateAsync(
        GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.GenerateAsync(options, cancellationToken);

    public Task<TextScore> ScoreAsync(Prompt text, CancellationToken cancellationToken = default) =>
        inner.ScoreAsync(text, cancellationToken);

    public ISequence Fork()
    {
        open.Value++;
        return new CountingSequence(inner.Fork(), open);
    }

    public void Rewind(int length) => inner.Rewind(length);

    public void Trim(Range range) => inner.Trim(range);

    public Task<SequenceState> GetStateAsync(CancellationToken cancellationToken = default) =>
        inner.GetStateAsync(cancellationToken);

    public void SetState(SequenceState state) => inner.SetState(state);

    public void Dispose()
    {
        inner.Dispose();
        open.Value -= Interlocked.Exchange(ref _isDisposed, 1) == 0 ? 1 : 0;
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
