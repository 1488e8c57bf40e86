using BenchmarkDotNet.Attributes;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Benchmarks;

/// <summary>What spares a prefill, beside it: a fork of a sequence, and a beginning that an earlier request had.</summary>
[InProcess]
[MemoryDiagnoser]
public class SequenceBenchmarks : IDisposable
{
    private const int PromptTokens = 512;

    private static readonly GenerationOptions OneToken = new() { MaxTokens = 1, Sampling = new() { Temperature = 0 } };

    private IInferenceEngine? _engine;
    private ISequence? _parent;
    private Prompt _known = Prompt.Empty;
    private int _number;

    /// <summary>How the KV cache is divided.</summary>
    [Params(KvLayout.PerSequence, KvLayout.Shared)]
    public KvLayout Layout { get; set; }

    /// <summary>Loads the model, and computes the prompt once.</summary>
    [GlobalSetup]
    public async Task Setup()
    {
        _engine = await LlamaCpp.LlamaCpp.LoadAsync(
            BenchmarkModel.Path, new() { ContextSize = 1024, MaxSequences = 4, KvLayout = Layout });
        _known = NewPrompt();
        await _engine.CompleteAsync(_known, OneToken);
        _parent = await _engine.OpenSequenceAsync();
        await _parent.AppendAsync(_known);
    }

    /// <summary>The first token after a prompt that nobody had.</summary>
    [Benchmark(Baseline = true)]
    public Task NewPromptsFirstToken() => _engine!.CompleteAsync(NewPrompt(), OneToken);

    /// <summary>The first token after a prompt that an earlier request had.</summary>
    [Benchmark]
    public Task KnownPromptsFirstToken() => _engine!.CompleteAsync(_known, OneToken);

    /// <summary>A fork and its first token.</summary>
    [Benchmark]
    public async Task ForksFirstToken()
    {
        using var fork = _parent!.Fork();
        await fork.CompleteAsync(OneToken);
    }

    /// <summary>Frees all.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _parent?.Dispose();
        _engine?.Dispose();
        GC.SuppressFinalize(this);
    }

    private Prompt NewPrompt() =>
        Prompt.FromTokens(BenchmarkModel.NumberedPrompt(_engine!.Tokenizer, ++_number, PromptTokens));
}
