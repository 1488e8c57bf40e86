using System.Collections.Concurrent;
using Lamina.Runtime;
using Lamina.Scheduling;
using Lamina.Tokens;

namespace Lamina.Tests.ExtensionsAI;

/// <summary>An engine that keeps what it is asked for.</summary>
internal sealed class RecordingEngine(IInferenceEngine inner) : IInferenceEngine
{
    public ConcurrentQueue<(string Prompt, GenerationOptions? Options)> Requests { get; } = [];

    public int Disposals { get; private set; }

    public ModelInfo Model => inner.Model;

    public ITokenizer Tokenizer => inner.Tokenizer;

    public int ContextSize => inner.ContextSize;

    public GenerationOptions DefaultGeneration => inner.DefaultGeneration;

    public IAsyncEnumerable<Token> GenerateAsync(
        Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        Requests.Enqueue((prompt.ToString(), options));
        return inner.GenerateAsync(prompt, options, cancellationToken);
    }

    public Task<ISequence> OpenSequenceAsync(SequenceOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.OpenSequenceAsync(options, cancellationToken);

    public Task<TextScore> ScoreAsync(Prompt text, Prompt? context = null, CancellationToken cancellationToken = default) =>
        inner.ScoreAsync(text, context, cancellationToken);

    public Task<IReadOnlyList<float[]>> EmbedAsync(
        IReadOnlyList<Prompt> inputs, EmbeddingOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.EmbedAsync(inputs, options, cancellationToken);

    public EngineMetrics GetMetrics() => inner.GetMetrics();

    public void Dispose() => Disposals++;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
