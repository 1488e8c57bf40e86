using System.Numerics.Tensors;
using Lamina.Runtime;

namespace Lamina.Benchmarks.Batching;

/// <summary>What the engine itself costs a token, with a model that costs nothing.</summary>
internal sealed class OverheadMeasurement : IMeasurement
{
    private const int Streams = 32;
    private const int Many = 2000;
    private const int Few = 500;

    public string Name => "overhead";

    public async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        using var model = new NullModel(bench.Model);
        using var engine = await bench.OpenEngineAsync(bench.Options(Streams, 4096), model);
        var time = await Turns.CompareAsync(
            bench.Rounds,
            warmUps: 1,
            () => Task.FromResult(Turns.Seconds(() => FindLargest(model.Logits, Many)) / Many * 1e6),
            async () => await Turns.SecondsAsync(() => GenerateAsync(bench, engine, Many)) / (Streams * Many) * 1e6,
            bench.Report.Rounds("overhead: time"),
            cancellationToken);
        bench.Report.Add(
            $"overhead: the engine alone, {Streams} streams",
            "µs/token",
            "the largest logit alone",
            time,
            new Target(20, IsLeast: false, OfFound: true));

        var text = (double)TextBytes(model.Tokenizer.GetBytes(TensorPrimitives.IndexOfMax<float>(model.Logits)).Length);
        var bytes = await Turns.CompareAsync(
            bench.Rounds,
            warmUps: 0,
            () => Task.FromResult(text),
            async () =>
            {
                var few = await AllocatedAsync(Few);
                return (await AllocatedAsync(Many) - few) / (Streams * (Many - Few));
            },
            bench.Report.Rounds("overhead: memory"),
            cancellationToken);
        bench.Report.Add(
            $"overhead: allocated, {Streams} streams", "bytes/token", "the text", bytes, Target.AtMost(1.02));

        async Task<double> AllocatedAsync(int tokens)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await GenerateAsync(bench, engine, tokens);
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }
    }

    /// <summary>A string takes 22 bytes and 2 for each character, in steps of 8.</summary>
    private static int TextBytes(int characters) => (22 + (2 * characters) + 7) / 8 * 8;

    private static void FindLargest(float[] logits, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _ = TensorPrimitives.IndexOfMax<float>(logits);
        }
    }

    private static Task<int[]> GenerateAsync(Bench bench, IInferenceEngine engine, int tokens) => Task.WhenAll(
        Enumerable.Range(0, Streams).Select(_ => Task.Run(async () =>
        {
            var read = 0;
            await foreach (var token in engine.GenerateAsync(bench.NewTokens(16), Bench.Greedy(tokens)))
            {
                read += token.Id >= 0 ? 1 : 0;
            }

            return read;
        })));
}
