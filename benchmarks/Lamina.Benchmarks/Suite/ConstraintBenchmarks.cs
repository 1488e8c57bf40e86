using BenchmarkDotNet.Attributes;
using Lamina.Benchmarks.Batching;
using Lamina.Constraints;
using Lamina.Runtime;

namespace Lamina.Benchmarks.Suite;

/// <summary>A token of answers of a form, beside one of free answers.</summary>
public class ConstraintBenchmarks : SuiteBenchmarks
{
    private IInferenceEngine? _engine;

    /// <summary>A free answer.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = ConstraintMeasurement.GeneratedTokens)]
    public Task Free() => GenerateAsync(null);

    /// <summary>A long string.</summary>
    [Benchmark(OperationsPerInvoke = ConstraintMeasurement.GeneratedTokens)]
    public Task LongString() => GenerateAsync(ConstraintForms.LongString);

    /// <summary>A list of objects.</summary>
    [Benchmark(OperationsPerInvoke = ConstraintMeasurement.GeneratedTokens)]
    public Task Objects() => GenerateAsync(ConstraintForms.Objects);

    /// <summary>A list of readings, most of whose text must come.</summary>
    [Benchmark(OperationsPerInvoke = ConstraintMeasurement.GeneratedTokens)]
    public Task Readings() => GenerateAsync(ConstraintForms.Readings);

    /// <summary>Lines of words, by a grammar.</summary>
    [Benchmark(OperationsPerInvoke = ConstraintMeasurement.GeneratedTokens)]
    public Task Lines() => GenerateAsync(ConstraintForms.Lines);

    private protected override async Task PrepareAsync() => _engine = await OpenEngineAsync(Bench.Options(sequences: 1, contextSize: 256));

    private async Task GenerateAsync(Constraint? form) => await ConstraintMeasurement.GenerateAsync(Bench, _engine!, count: 1, form);
}
