using System.Text;
using BenchmarkDotNet.Attributes;
using Lamina.Benchmarks.Batching;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Suite;

/// <summary>What a token of a long answer allocates and takes beside its text, with a model that computes nothing.</summary>
[MemoryDiagnoser]
public class AllocationBenchmarks : SuiteBenchmarks
{
    private const int GeneratedTokens = 960;

    private NullModel? _model;
    private IInferenceEngine? _engine;
    private Prompt _prompt = Prompt.Empty;

    /// <summary>The text of a token alone.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = GeneratedTokens)]
    public int Text()
    {
        var length = 0;
        for (var i = 0; i < GeneratedTokens; i++)
        {
            length += Encoding.UTF8.GetString(_model!.Tokenizer.GetBytes(_model.Token)).Length;
        }

        return length;
    }

    /// <summary>A token of a stream.</summary>
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
        _model = Own(new NullModel(Bench.Model, sequences: 1));
        _engine = await OpenEngineAsync(Bench.Options(sequences: 1, contextSize: 1024), _model);
        _prompt = Bench.NewTokens(16);
    }
}
