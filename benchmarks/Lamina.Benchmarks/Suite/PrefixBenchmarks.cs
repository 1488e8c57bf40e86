using BenchmarkDotNet.Attributes;
using Lamina.Benchmarks.Batching;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Suite;

/// <summary>The first token after a prompt that an earlier request had, beside the bare loop, which computes it.</summary>
public class PrefixBenchmarks : SuiteBenchmarks
{
    private const int PromptTokens = 512;

    private BareLoop? _bare;
    private IInferenceEngine? _engine;
    private int[] _known = [];

    /// <summary>By the bare loop.</summary>
    [Benchmark(Baseline = true)]
    public int[] BareLoop() => _bare!.Prefill(_known);

    /// <summary>A prompt that nobody had, by an engine that looks whether somebody had.</summary>
    [Benchmark]
    public Task NewPrompt() => CompleteAsync(Bench.NewPrompt(PromptTokens));

    /// <summary>A prompt that an earlier request had.</summary>
    [Benchmark]
    public Task KnownPrompt() => CompleteAsync(_known);

    private protected override async Task PrepareAsync()
    {
        var options = Bench.Options(sequences: 4, contextSize: 1024);
        (_bare, _engine) = (OpenBareLoop(options with { MaxSequences = 1 }), Own(await Bench.OpenEngineAsync(options)));
        _known = Bench.NewPrompt(PromptTokens);
        await CompleteAsync(_known);
    }

    private async Task CompleteAsync(int[] prompt) => await _engine!.CompleteAsync(Prompt.FromTokens(prompt), Bench.Greedy(1));
}
