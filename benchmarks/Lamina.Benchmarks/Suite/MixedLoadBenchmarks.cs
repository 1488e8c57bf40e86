using BenchmarkDotNet.Attributes;
using Lamina.Benchmarks.Batching;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Suite;

/// <summary>
/// Long prompts that come in beside running streams, until all is answered, beside the bare loop, which reads the prompts first and
/// then goes on with the streams: the same work, and nobody's turn to be decided.
/// </summary>
public class MixedLoadBenchmarks : SuiteBenchmarks
{
    private const int Streams = 8;
    private const int StreamPromptTokens = 16;
    private const int StreamTokens = 32;
    private const int LongPrompts = 2;
    private const int LongPromptTokens = 256;

    private BareLoop? _bare;
    private IInferenceEngine? _engine;
    private int[][] _prompts = [];

    /// <summary>By the bare loop.</summary>
    [Benchmark(Baseline = true)]
    public int[] BareLoop() => _bare!.Continue(_bare.Prefill(_prompts)[..Streams], StreamTokens - 1);

    /// <summary>By the engine.</summary>
    [Benchmark]
    public Task Engine() => Task.WhenAll(_prompts.Select((prompt, i) =>
        _engine!.CompleteAsync(Prompt.FromTokens(prompt), Bench.Greedy(i < Streams ? StreamTokens : 1))));

    private protected override async Task PrepareAsync()
    {
        var options = Bench.Options(Streams + LongPrompts, contextSize: 512);
        (_bare, _engine) = (OpenBareLoop(options), await OpenEngineAsync(options));
        _prompts =
        [
            .. Enumerable.Range(0, Streams + LongPrompts)
                .Select(i => Bench.NewPrompt(i < Streams ? StreamPromptTokens : LongPromptTokens)),
        ];
    }
}
