using System.Numerics.Tensors;

namespace Lamina.Sampling;

/// <summary>
/// Selects a candidate at random, each with the probability that its logit gives it. It draws one number a token, also
/// where only one candidate is left, so the same seed selects the same tokens as llama.cpp's <c>dist</c>.
/// </summary>
public sealed class DistributionSampler : ISampler
{
    private readonly Mt19937 _random;

    /// <summary>Creates the sampler.</summary>
    /// <param name="seed">
    /// The seed of its random numbers, any value. (llama.cpp takes 4294967295 for "a random seed"; here it is a seed.)
    /// </param>
    public DistributionSampler(uint seed)
        : this(seed, new Mt19937(seed))
    {
    }

    private DistributionSampler(uint seed, Mt19937 random)
    {
        Seed = seed;
        _random = random;
    }

    /// <summary>The seed of its random numbers.</summary>
    public uint Seed { get; }

    /// <inheritdoc/>
    /// <exception cref="LaminaException">A logit is NaN, or all are negative infinity.</exception>
    public void Apply(ref Candidates candidates)
    {
        var logits = candidates.CurrentLogits;
        var max = candidates.Max();
        var probabilities = candidates.Probabilities;
        var total = 0d;
        for (var i = 0; i < logits.Length; i++)
        {
            var exponential = Candidates.Exponential(logits[i], max);
            probabilities[i] = exponential;
            total += exponential;
        }

        var target = total * _random.NextDouble();
        var sum = 0d;
        var selected = 0;
        while (selected < logits.Length - 1 && (sum += probabilities[selected]) < target)
        {
            selected++;
        }

        candidates.Selected = selected;
        TensorPrimitives.Divide(probabilities, (float)total, probabilities);
    }

    /// <inheritdoc/>
    public void Reset() => _random.Seed(Seed);

    /// <inheritdoc/>
    public ISampler Clone() => new DistributionSampler(Seed, _random.Clone());

    /// <summary>The name and the setting of the sampler.</summary>
    /// <returns>Text such as <c>distribution(seed 42)</c>.</returns>
    public override string ToString() => $"distribution(seed {Seed})";
}
