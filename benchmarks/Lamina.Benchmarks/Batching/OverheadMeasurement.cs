using System.Numerics.Tensors;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Batching;

/// <summary>What the engine itself costs a token, with a model that costs nothing.</summary>
internal sealed class OverheadMeasurement : IMeasurement
{
    private const int Streams = 32;
    private const int Many = 2000;
    private const int Few = 500;

    /// <summary>How often the largest logit of each stream is looked for.</summary>
    private const int Times = 100;

    public string Name => "overhead";

    public async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        using var model = new NullModel(bench.Model, Streams);
        using var engine = await bench.OpenEngineAsync(bench.Options(Streams, 4096), model);
        var time = await Turns.CompareAsync(
            bench.Rounds,
            warmUps: 1,
            () => Task.FromResult(Turns.Seconds(() => FindLargest(model)) / (Streams * Times) * 1e6),
            async () => await Turns.SecondsAsync(() => GenerateAsync(Many)) / (Streams * Many) * 1e6,
            bench.Report.Rounds("overhead: time"),
            cancellationToken);
        bench.Report.Add(
            $"overhead: the engine alone, {Streams} streams",
            "µs/token",
            "the largest logit alone",
            time,
            new Target(20, IsLeast: false, OfFound: true));

        var text = (double)TextBytes(model.Tokenizer.GetBytes(model.Token).Length);
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
            await GenerateAsync(tokens);
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        async Task GenerateAsync(int tokens)
        {
            var read = await Task.WhenAll(Enumerable
                .Range(0, Streams)
                .Select(_ => Task.Run(() => CountAsync(
                    engine.GenerateAsync(bench.NewTokens(16), Bench.Greedy(tokens)), model.Token))));
            if (read.Sum() != Streams * tokens)
            {
                throw new InvalidOperationException($"{read.Sum()} of {Streams * tokens} tokens came as they should.");
            }
        }
    }

    /// <summary>A string takes 22 bytes and 2 for each character, in steps of 8.</summary>
    private static int TextBytes(int characters) => (22 + (2 * characters) + 7) / 8 * 8;

    private static void FindLargest(NullModel model)
    {
        for (var i = 0; i < Times; i++)
        {
            foreach (var row in model.Logits)
            {
                if (TensorPrimitives.IndexOfMax<float>(row) != model.Token)
                {
                    throw new InvalidOperationException("Another logit was the largest.");
                }
            }
        }
    }

    private static async Task<int> CountAsync(IAsyncEnumerable<Token> stream, int expected)
    {
        var count = 0;
        await foreach (var token in stream)
        {
            count += token.Id == expected ? 1 : 0;
        }

        return count;
    }
}
