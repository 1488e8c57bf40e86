namespace Lamina.Sampling;

/// <summary>
/// Rules out the candidates whose logit is more than <c>n</c> standard deviations below the highest; the temperature
/// does not change which. Tang et al. (2024), "Top-nσ: Not All Logits Are You Need".
/// </summary>
public sealed class TopNSigmaSampler : ISampler
{
    /// <summary>Creates the sampler.</summary>
    /// <param name="n">How many standard deviations, a finite number; 0 or less turns the sampler off.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is infinite or NaN.</exception>
    public TopNSigmaSampler(float n) => N = Require.Finite(n);

    /// <summary>How many standard deviations; 0 or less where the sampler is off.</summary>
    public float N { get; }

    /// <inheritdoc/>
    /// <exception cref="LaminaException">A logit is NaN, or all are negative infinity.</exception>
    public void Apply(ref Candidates candidates)
    {
        if (N <= 0 || candidates.Count <= 1)
        {
            return;
        }

        var max = candidates.Max();
        var (sum, count) = (0f, 0);
        foreach (var logit in candidates.CurrentLogits)
        {
            if (logit != float.NegativeInfinity)
            {
                sum += logit;
                count++;
            }
        }

        var mean = sum / count;
        var squares = 0f;
        foreach (var logit in candidates.CurrentLogits)
        {
            if (logit != float.NegativeInfinity)
            {
                double difference = logit - mean;
                squares = (float)(squares + (difference * difference)); // as llama.cpp rounds it
            }
        }

        var bound = max - (N * MathF.Sqrt(squares / count));
        foreach (ref var logit in candidates.Logits)
        {
            logit = logit < bound ? float.NegativeInfinity : logit;
        }
    }

    /// <summary>The name and the setting of the sampler.</summary>
    /// <returns>Text such as <c>top-n-sigma(1)</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"top-n-sigma({N})");
}
