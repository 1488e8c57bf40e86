using BenchmarkDotNet.Attributes;
using Lamina.Benchmarks.Batching;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Suite;

/// <summary>A fork of a long sequence and its first token, beside the bare loop, which computes the sequence again.</summary>
public class ForkBenchmarks : SuiteBenchmarks
{
    private const int PromptTokens = 512;

    private BareLoop? _bare;
    private ISequence? _parent;
    private int[] _prompt = [];

    /// <summary>How the KV cache is divided: forks copy cells, or share them.</summary>
    [Params(KvLayout.PerSequence, KvLayout.Shared)]
    public KvLayout Layout { get; set; }

    /// <summary>By the bare loop.</summary>
    [Benchmark(Baseline = true)]
    public int[] BareLoop() => _bare!.Prefill(_prompt);

    /// <summary>By a fork.</summary>
    [Benchmark]
    public async Task Fork()
    {
        using var fork = _parent!.Fork();
        await fork.CompleteAsync(Bench.Greedy(1));
    }

    private protected override async Task PrepareAsync()
    {
        var options = Bench.Options(sequences: 2, contextSize: 1024, Layout);
        _bare = OpenBareLoop(options);
        _prompt = Bench.NewPrompt(PromptTokens);
        _parent = Own(await (await OpenEngineAsync(options)).OpenSequenceAsync());
        await _parent.AppendAsync(Prompt.FromTokens(_prompt));
    }
}
