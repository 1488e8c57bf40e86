using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Batching;

/// <summary>What all measurements work with: the model, loaded once, and the settings of the run.</summary>
internal sealed class Bench : IDisposable
{
    private readonly ILanguageModel _loaded;
    private int _prompts;

    private Bench(ILanguageModel loaded, int rounds, int threads)
    {
        _loaded = loaded;
        Model = new EndlessModel(loaded);
        Rounds = rounds;
        Threads = threads;
        States = new(this);
        LongPrompt = new(this);
    }

    /// <summary>The model, shared by engines and bare loops.</summary>
    public ILanguageModel Model { get; }

    public int Rounds { get; }

    public int Threads { get; }

    public Report Report { get; } = new();

    /// <summary>Prompts that are computed once for all.</summary>
    public PromptStates States { get; }

    /// <summary>The long prompt whose prefill several measurements are held against.</summary>
    public LongPrompt LongPrompt { get; }

    public static async Task<Bench> OpenAsync(
        string path, int rounds, int threads, CancellationToken cancellationToken) => new(
        await new LlamaCpp.LlamaCppRuntime().LoadAsync(path, cancellationToken: cancellationToken), rounds, threads);

    /// <summary>Greedy options.</summary>
    public static GenerationOptions Greedy(int tokens) => new() { MaxTokens = tokens, Sampling = new() { Temperature = 0 } };

    public EngineOptions Options(int sequences, int contextSize, KvLayout layout = KvLayout.Auto) => new()
    {
        MaxSequences = sequences,
        ContextSize = contextSize,
        KvLayout = layout,
        Threads = Threads,
    };

    public async Task<IInferenceEngine> OpenEngineAsync(EngineOptions options, ILanguageModel? model = null) =>
        await InferenceEngine.LoadAsync(new LoadedRuntime(model ?? Model), "loaded", options);

    /// <summary>A prompt that begins as no other of this run.</summary>
    public int[] NewPrompt(int tokens) =>
        BenchmarkModel.NumberedPrompt(Model.Tokenizer, Interlocked.Increment(ref _prompts), tokens);

    public Prompt NewTokens(int tokens) => Prompt.FromTokens(NewPrompt(tokens));

    public void Dispose()
    {
        States.Dispose();
        LongPrompt.Dispose();
        _loaded.Dispose();
    }
}
