using BenchmarkDotNet.Attributes;

namespace Lamina.Benchmarks.Suite;

/// <summary>A model from its file to the first token, and freed again, beside the bare functions of llama.cpp.</summary>
public class LoadBenchmarks
{
    private const int ContextSize = 256;
    private const int Token = 1;

    /// <summary>By llama.cpp's functions alone.</summary>
    [Benchmark(Baseline = true)]
    public int BareBindings() => BareLoad.FirstToken(BenchmarkModel.Path, Token, ContextSize, BenchmarkModel.Threads);

    /// <summary>By the engine.</summary>
    [Benchmark]
    public async Task<int> Engine()
    {
        using var engine = await EngineLoop.OpenAsync(BenchmarkModel.Path, ContextSize, BenchmarkModel.Threads);
        return (await engine.GenerateAsync([Token], 1)).GeneratedTokens;
    }
}
