using BenchmarkDotNet.Attributes;
using Lamina.Benchmarks.Batching;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Suite;

/// <summary>A token of a long prompt, beside the bare loop.</summary>
public class PrefillBenchmarks : SuiteBenchmarks
{
    private const int PromptTokens = 512;

    private BareLoop? _bare;
    private IInferenceEngine? _engine;
    private int[] _prompt = [];

    /// <summary>By the bare loop.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = PromptTokens)]
    public int[] BareLoop() => _bare!.Prefill(_prompt);

    /// <summary>By the engine.</summary>
    [Benchmark(OperationsPerInvoke = PromptTokens)]
    public Task Engine() => _engine!.CompleteAsync(Prompt.FromTokens(_prompt), Bench.Greedy(1));

    private protected override async Task PrepareAsync()
    {
        var options = Bench.Options(sequences: 1, contextSize: 1024);
        (_bare, _engine) = (OpenBareLoop(options), await OpenEngineAsync(options));
        _prompt = Bench.NewPrompt(PromptTokens);
    }
}
