using System.Diagnostics;
using Lamina.Benchmarks.Batching;
using Lamina.LlamaCpp;
using Lamina.LlamaCpp.Tests.Sampling;
using Lamina.Sampling;

namespace Lamina.Benchmarks.Samplers;

/// <summary>
/// Our samplers beside llama.cpp's on the same logits, at the vocabularies of common models. Either side goes from a
/// decoder's logits to a token that it has accepted; llama.cpp's fills its array of candidates for that, as its own
/// <c>llama_sampler_sample</c> does. They choose the same tokens, which is checked once.
/// </summary>
internal static class SamplersCommand
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly int[] Vocabularies = [32_000, 49_152, 151_936];

    /// <summary>Measures.</summary>
    /// <param name="model">A model, whose vocabulary some samplers look at.</param>
    /// <param name="rounds">How often the sides take turns.</param>
    /// <param name="cancellationToken">Ends it between turns.</param>
    public static async Task<int> RunAsync(string model, int rounds, CancellationToken cancellationToken)
    {
        using var loaded = await new LlamaCppRuntime().LoadAsync(model, cancellationToken: cancellationToken);
        var report = new Report();
        foreach (var vocabulary in Vocabularies)
        {
            Measure(SamplerCase.All, vocabulary);
        }

        Measure(SamplerCase.OfModel(loaded), loaded.Info.VocabularySize);
        report.Write();
        return 0;

        void Measure(IReadOnlyList<SamplerCase> samplers, int vocabulary)
        {
            var logits = CreateLogits(vocabulary);
            foreach (var sampler in samplers)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (found, allocated) = Compare(sampler, logits, rounds);
                report.Add(
                    $"{sampler.Name}, {vocabulary:N0} tokens",
                    "tokens/s",
                    "llama.cpp",
                    found,
                    Target.AtLeast(sampler.IsChain ? 2 : 1));
                if (allocated > 0)
                {
                    report.Say($"{sampler.Name} allocated {allocated} bytes.");
                }
            }
        }
    }

    private static (Comparison Found, long Allocated) Compare(SamplerCase sampler, float[][] logits, int rounds)
    {
        var pipeline = new SamplerPipeline(sampler.Create());
        using var native = NativeSampler.Chain(sampler.CreateNative(logits[0].Length));
        var candidates = new NativeSampler.Candidate[logits[0].Length];
        int[] chosen = new int[logits.Length], expected = new int[logits.Length];
        SampleNatively(native, candidates, logits, expected);
        Sample(pipeline, logits, chosen);
        if (!chosen.AsSpan().SequenceEqual(expected))
        {
            throw new InvalidOperationException($"{sampler.Name} chose other tokens than llama.cpp.");
        }

        // Long enough for the runtime to have compiled what runs often anew, on both sides.
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < WarmUp;)
        {
            Native();
            Ours();
        }

        List<double> baselines = [], founds = [];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Sample(pipeline, logits, chosen);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        for (var round = 0; round < rounds; round++)
        {
            var isNativeFirst = (round & 1) == 0;
            var first = Turns.Seconds(isNativeFirst ? Native : Ours);
            var second = Turns.Seconds(isNativeFirst ? Ours : Native);
            baselines.Add(logits.Length / (isNativeFirst ? first : second));
            founds.Add(logits.Length / (isNativeFirst ? second : first));
        }

        return (Comparison.Of(baselines, founds), allocated);

        void Native() => SampleNatively(native, candidates, logits, expected);

        void Ours() => Sample(pipeline, logits, chosen);
    }

    private static void Sample(SamplerPipeline pipeline, float[][] logits, int[] chosen)
    {
        for (var i = 0; i < logits.Length; i++)
        {
            chosen[i] = pipeline.Sample(logits[i]);
        }
    }

    private static void SampleNatively(NativeSampler native, NativeSampler.Candidate[] candidates, float[][] logits, int[] chosen)
    {
        for (var i = 0; i < logits.Length; i++)
        {
            var values = logits[i];
            for (var token = 0; token < values.Length; token++)
            {
                candidates[token] = new(token, values[token]);
            }

            var left = native.Apply(candidates, out var selected);
            chosen[i] = left[selected].Token;
            native.Accept(chosen[i]);
        }
    }

    /// <summary>Logits as models have them: a bell curve, and a few tokens far above it. No two of a token are equal.</summary>
    private static float[][] CreateLogits(int vocabulary)
    {
        const int tokens = 20;
        var random = new Random(1);
        return [.. Enumerable.Range(0, tokens).Select(_ =>
        {
            var logits = new HashSet<float>();
            while (logits.Count < vocabulary)
            {
                var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
                var isLikely = random.Next(vocabulary) < 30;
                var bell = 2.5 * radius * Math.Cos(Math.Tau * random.NextDouble());
                logits.Add((float)(isLikely ? 8 + (6 * random.NextDouble()) + bell : bell));
            }

            return logits.ToArray();
        })];
    }
}
