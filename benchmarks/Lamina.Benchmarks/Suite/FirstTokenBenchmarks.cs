using BenchmarkDotNet.Attributes;
using Lamina.Benchmarks.Batching;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Suite;

/// <summary>How soon a request has its first token, beside the bare loop.</summary>
public class FirstTokenBenchmarks : SuiteBenchmarks
{
    private BareLoop? _bare;
    private IInferenceEngine? _engine;
    private int[] _prompt = [];

    /// <summary>Tokens of the prompt.</summary>
    [Params(16, 256)]
    public int PromptTokens { get; set; }

    /// <summary>By the bare loop.</summary>
    [Benchmark(Baseline = true)]
    public int[] BareLoop() => _bare!.Prefill(_prompt);

    /// <summary>By the engine.</summary>
    [Benchmark]
    public Task Engine() => _engine!.CompleteAsync(Prompt.FromTokens(_prompt), Bench.Greedy(1));

    private protected override async Task PrepareAsync()
    {
        var options = Bench.Options(sequences: 1, contextSize: 512);
        (_bare, _engine) = (OpenBareLoop(options), await OpenEngineAsync(options));
        _prompt = Bench.NewPrompt(PromptTokens);
    }
}
