using Lamina.LlamaCpp.Tests.Sampling;
using Lamina.Sampling;

namespace Lamina.Benchmarks.Samplers;

/// <summary>
/// One of our pipelines and llama.cpp's chain on the same logits. Either goes from a decoder's logits to a token that it has
/// accepted; llama.cpp's fills its array of candidates for that, as its own <c>llama_sampler_sample</c> does. They choose the
/// same tokens, which is checked once.
/// </summary>
internal sealed class SamplerSides : IDisposable
{
    /// <summary>Tokens that a turn chooses.</summary>
    public const int TokenCount = 20;

    private readonly float[][] _logits;
    private readonly SamplerPipeline _pipeline;
    private readonly NativeSampler _native;
    private readonly NativeSampler.Candidate[] _candidates;
    private readonly int[] _chosen;

    public SamplerSides(SamplerCase sampler, float[][] logits)
    {
        _logits = logits;
        _pipeline = new(sampler.Create());
        _native = NativeSampler.Chain(sampler.CreateNative(logits[0].Length));
        _candidates = new NativeSampler.Candidate[logits[0].Length];
        _chosen = new int[logits.Length];
        Native();
        int[] expected = [.. _chosen];
        Ours();
        if (!_chosen.AsSpan().SequenceEqual(expected))
        {
            throw new InvalidOperationException($"{sampler.Name} chose other tokens than llama.cpp.");
        }
    }

    /// <summary>The sizes of common models' vocabularies.</summary>
    public static IReadOnlyList<int> Vocabularies { get; } = [32_000, 49_152, 151_936];

    /// <summary>Logits as models have them: a bell curve, and a few tokens far above it. No two of a token are equal.</summary>
    public static float[][] CreateLogits(int vocabulary)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, TokenCount).Select(_ =>
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

    /// <summary>A turn of our pipeline.</summary>
    public void Ours()
    {
        for (var i = 0; i < _logits.Length; i++)
        {
            _chosen[i] = _pipeline.Sample(_logits[i]);
        }
    }

    /// <summary>A turn of llama.cpp's chain.</summary>
    public void Native()
    {
        for (var i = 0; i < _logits.Length; i++)
        {
            var values = _logits[i];
            for (var token = 0; token < values.Length; token++)
            {
                _candidates[token] = new(token, values[token]);
            }

            var left = _native.Apply(_candidates, out var selected);
            _chosen[i] = left[selected].Token;
            _native.Accept(_chosen[i]);
        }
    }

    public void Dispose() => _native.Dispose();
}
