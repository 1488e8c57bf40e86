using Lamina.Sampling;

namespace Lamina.Tests.Sampling;

/// <summary>What samplers do to logits, as plain arrays that assertions can look at.</summary>
internal static class Sampled
{
    /// <summary>The candidates that one sampler leaves of a vocabulary, best first where it sorts.</summary>
    public static (int Token, float Logit)[] Candidates(ISampler sampler, params float[] logits) =>
        Candidates([sampler], logits);

    /// <summary>The candidates that several samplers leave of a vocabulary.</summary>
    public static (int Token, float Logit)[] Candidates(IEnumerable<ISampler> samplers, params float[] logits)
    {
        var candidates = new Candidates(logits);
        foreach (var sampler in samplers)
        {
            sampler.Apply(ref candidates);
        }

        return [.. candidates.Tokens.ToArray().Zip(candidates.CurrentLogits.ToArray())];
    }

    /// <summary>The tokens that one sampler leaves of a vocabulary.</summary>
    public static int[] Tokens(ISampler sampler, params float[] logits) =>
        [.. Candidates(sampler, logits).Select(candidate => candidate.Token)];

    /// <summary>Logits whose probabilities are the given ones.</summary>
    public static float[] LogitsOf(params float[] probabilities) =>
        [.. probabilities.Select(probability => MathF.Log(probability))];

    /// <summary>Seeded logits of a bell curve.</summary>
    public static float[] Logits(int count, int seed, float deviation = 3)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            return (float)(deviation * radius * Math.Cos(Math.Tau * random.NextDouble()));
        })];
    }
}
