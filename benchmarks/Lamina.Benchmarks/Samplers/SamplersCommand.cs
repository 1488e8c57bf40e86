using System.Diagnostics;
using Lamina.Benchmarks.Batching;
using Lamina.LlamaCpp;

namespace Lamina.Benchmarks.Samplers;

/// <summary>
/// Our samplers beside llama.cpp's on the same logits, at the vocabularies of common models.
/// </summary>
internal static class SamplersCommand
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Measures.</summary>
    /// <param name="model">A model, whose vocabulary some samplers look at.</param>
    /// <param name="rounds">How often the sides take turns.</param>
    /// <param name="cancellationToken">Ends it between turns.</param>
    public static async Task<int> RunAsync(string model, int rounds, CancellationToken cancellationToken)
    {
        using var loaded = await new LlamaCppRuntime().LoadAsync(model, cancellationToken: cancellationToken);
        var report = new Report();
        foreach (var vocabulary in SamplerSides.Vocabularies)
        {
            Measure(SamplerCase.All, vocabulary);
        }

        Measure(SamplerCase.OfModel(loaded), loaded.Info.VocabularySize);
        report.Write();
        return 0;

        void Measure(IReadOnlyList<SamplerCase> samplers, int vocabulary)
        {
            var logits = SamplerSides.CreateLogits(vocabulary);
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
        using var sides = new SamplerSides(sampler, logits);

        // Long enough for the runtime to have compiled what runs often anew, on both sides.
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < WarmUp;)
        {
            sides.Native();
            sides.Ours();
        }

        List<double> baselines = [], founds = [];
        var before = GC.GetAllocatedBytesForCurrentThread();
        sides.Ours();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        for (var round = 0; round < rounds; round++)
        {
            var isNativeFirst = (round & 1) == 0;
            var first = Turns.Seconds(isNativeFirst ? sides.Native : sides.Ours);
            var second = Turns.Seconds(isNativeFirst ? sides.Ours : sides.Native);
            baselines.Add(logits.Length / (isNativeFirst ? first : second));
            founds.Add(logits.Length / (isNativeFirst ? second : first));
        }

        return (Comparison.Of(baselines, founds), allocated);
    }
}
