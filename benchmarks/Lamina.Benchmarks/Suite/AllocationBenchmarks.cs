using System.Text;
using BenchmarkDotNet.Attributes;
using Lamina.Benchmarks.Batching;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Suite;

/// <summary>What a token of an answer allocates, with its part of what the request does, beside its text alone.</summary>
[MemoryDiagnoser]
public class AllocationBenchmarks : SuiteBenchmarks
{
    private const int GeneratedTokens = 256;

    private IInferenceEngine? _engine;
    private Prompt _prompt = Prompt.Empty;
    private readonly List<int> _tokens = [];

    /// <summary>The texts alone.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = GeneratedTokens)]
    public int Text() => _tokens.Sum(token => Encoding.UTF8.GetString(Bench.Model.Tokenizer.GetBytes(token)).Length);

    /// <summary>A stream.</summary>
    [Benchmark(OperationsPerInvoke = GeneratedTokens)]
    public async Task<int> Engine()
    {
        var length = 0;
        await foreach (var token in _engine!.GenerateAsync(_prompt, Bench.Greedy(GeneratedTokens)))
        {
            length += token.Text.Length;
        }

        return length;
    }

    private protected override async Task PrepareAsync()
    {
        _engine = await OpenEngineAsync(Bench.Options(sequences: 1, contextSize: 512));
        _prompt = Bench.NewTokens(16);
        await foreach (var token in _engine.GenerateAsync(_prompt, Bench.Greedy(GeneratedTokens)))
        {
            _tokens.AddRange(token.Id >= 0 ? [token.Id] : []); // the last one of a stream may be its usage alone
        }
    }
}
