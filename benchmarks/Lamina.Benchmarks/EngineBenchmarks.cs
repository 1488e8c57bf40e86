using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace Lamina.Benchmarks;

/// <summary>One stream: decode and prefill, each beside the bare loop.</summary>
[InProcess]
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class EngineBenchmarks : IDisposable
{
    private const int GeneratedTokens = 64;
    private const int ContextSize = 1024;

    private BareLoop? _bare;
    private EngineLoop? _engine;
    private int[] _story = [];
    private int[] _prompt = [];

    /// <summary>Loads the model twice.</summary>
    [GlobalSetup]
    public async Task Setup()
    {
        _bare = await BareLoop.OpenAsync(BenchmarkModel.Path, ContextSize, Environment.ProcessorCount);
        _engine = await EngineLoop.OpenAsync(BenchmarkModel.Path, ContextSize, Environment.ProcessorCount);
        _story = _engine.Engine.Tokenizer.Encode(BenchmarkModel.Story);
        _prompt = BenchmarkModel.PromptOf(_engine.Engine, 512);
    }

    /// <summary>Decode by the bare loop.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = GeneratedTokens)]
    [BenchmarkCategory("decode, a token")]
    public int[] BareDecode() => _bare!.Continue(_bare.Prefill(_story), GeneratedTokens - 1);

    /// <summary>Decode by the engine.</summary>
    [Benchmark(OperationsPerInvoke = GeneratedTokens)]
    [BenchmarkCategory("decode, a token")]
    public Task EngineDecode() => _engine!.GenerateAsync(_story, GeneratedTokens);

    /// <summary>Prefill by the bare loop.</summary>
    [Benchmark(Baseline = true)]
    [BenchmarkCategory("prefill, 512 tokens")]
    public int[] BarePrefill() => _bare!.Prefill(_prompt);

    /// <summary>Prefill by the engine.</summary>
    [Benchmark]
    [BenchmarkCategory("prefill, 512 tokens")]
    public Task EnginePrefill() => _engine!.GenerateAsync(_prompt, 1);

    /// <summary>Frees both.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _bare?.Dispose();
        _engine?.Dispose();
        GC.SuppressFinalize(this);
    }
}
