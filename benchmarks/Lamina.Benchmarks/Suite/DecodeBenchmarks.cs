using BenchmarkDotNet.Attributes;
using Lamina.Benchmarks.Batching;
using Lamina.Runtime;

namespace Lamina.Benchmarks.Suite;

/// <summary>A step of one stream and of many, beside the bare loop: a token of each.</summary>
public class DecodeBenchmarks : SuiteBenchmarks
{
    private const int Steps = 16;

    private DecodeSides? _sides;

    /// <summary>Streams at once.</summary>
    [Params(1, 8, 32)]
    public int Streams { get; set; }

    /// <summary>By the bare loop.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Steps)]
    public Task<double> BareLoop() => _sides!.BareAsync(Steps);

    /// <summary>By the engine.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public Task<double> Engine() => _sides!.EngineAsync(Steps);

    private protected override async Task PrepareAsync()
    {
        // What a step takes does not depend on what is in the prompts: one is enough for all.
        var state = await Bench.States.GetAsync(1);
        _sides = Own(await DecodeSides.OpenAsync(
            Bench, [.. Enumerable.Repeat(state[0], Streams)], Streams == 1 ? KvLayout.Auto : KvLayout.PerSequence));
    }
}
