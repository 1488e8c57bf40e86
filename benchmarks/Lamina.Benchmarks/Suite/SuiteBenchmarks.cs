using BenchmarkDotNet.Attributes;
using Lamina.Benchmarks.Batching;

namespace Lamina.Benchmarks.Suite;

/// <summary>What the classes of the suite have in common: the model, and what they opened on it.</summary>
public abstract class SuiteBenchmarks
{
    private readonly Stack<IDisposable> _owned = [];
    private Bench? _bench;

    private protected Bench Bench => _bench!;

    /// <summary>Loads the model, and opens what is measured on it.</summary>
    [GlobalSetup]
    public async Task Setup()
    {
        _bench = Own(await Bench.OpenAsync(BenchmarkModel.Path, rounds: 1, BenchmarkModel.Threads, CancellationToken.None));
        await PrepareAsync();
    }

    /// <summary>Frees all, what came last first.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        while (_owned.TryPop(out var owned))
        {
            owned.Dispose();
        }
    }

    private protected abstract Task PrepareAsync();

    /// <summary>Keeps something for as long as it is measured.</summary>
    private protected T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }

    /// <summary>An engine that reads every prompt anew.</summary>
    private protected async Task<IInferenceEngine> OpenEngineAsync(EngineOptions options) =>
        Own(await Bench.OpenEngineAsync(options with { PrefixCache = false }));

    private protected BareLoop OpenBareLoop(EngineOptions options) => Own(new BareLoop(Bench.Model, options));
}
