using BenchmarkDotNet.Attributes;
using Lamina.Benchmarks.Samplers;
using Lamina.LlamaCpp;

namespace Lamina.Benchmarks.Suite;

/// <summary>From logits to a token by whole chains, at the vocabularies of common models, beside llama.cpp's.</summary>
public class SamplerBenchmarks : IDisposable
{
    private SamplerSides? _sides;

    /// <summary>Tokens of the vocabulary.</summary>
    [ParamsSource(nameof(Vocabularies))]
    public int Vocabulary { get; set; }

    /// <summary>The chain.</summary>
    [ParamsSource(nameof(Chains))]
    public string Chain { get; set; } = "";

    /// <summary>All vocabularies.</summary>
    public static IEnumerable<int> Vocabularies => SamplerSides.Vocabularies;

    /// <summary>All chains.</summary>
    public static IEnumerable<string> Chains => SamplerCase.All.Where(sampler => sampler.IsChain).Select(sampler => sampler.Name);

    /// <summary>Makes both sides.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _ = new LlamaCppRuntime().Description; // loads the libraries
        _sides = new(SamplerCase.All.Single(sampler => string.Equals(sampler.Name, Chain, StringComparison.Ordinal)), SamplerSides.CreateLogits(Vocabulary));
    }

    /// <summary>By llama.cpp's chain.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = SamplerSides.TokenCount)]
    public void LlamaCpp() => _sides!.Native();

    /// <summary>By our pipeline.</summary>
    [Benchmark(OperationsPerInvoke = SamplerSides.TokenCount)]
    public void Lamina() => _sides!.Ours();

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _sides?.Dispose();
        GC.SuppressFinalize(this);
    }
}
