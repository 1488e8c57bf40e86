using System.Buffers;

namespace Lamina.Sampling;

/// <summary>
/// Nucleus sampling: keeps the fewest most probable candidates whose probabilities together reach <c>p</c>, sorted.
/// Holtzman et al. (2019), "The Curious Case of Neural Text Degeneration".
/// </summary>
public sealed class TopPSampler : ISampler
{
    /// <summary>Creates the sampler.</summary>
    /// <param name="p">
    /// The probability to reach, from 0 (the most probable alone) to 1 (all are kept). llama.cpp's default is 0.95.
    /// </param>
    /// <param name="minKeep">How many candidates to keep at least, from 1. The default is 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range or NaN.</exception>
    public TopPSampler(float p, int minKeep = 1)
    {
        P = Require.Number(p, 0, 1);
        MinKeep = Require.AtLeast(minKeep, 1);
    }

    /// <summary>The probability to reach, from 0 to 1.</summary>
    public float P { get; }

    /// <summary>How many candidates to keep at least, from 1.</summary>
    public int MinKeep { get; }

    /// <inheritdoc/>
    /// <exception cref="LaminaException">A logit is NaN, or all are negative infinity.</exception>
    public void Apply(ref Candidates candidates)
    {
        if (P >= 1)
        {
            return;
        }

        if (candidates.IsSorted)
        {
            candidates.Softmax();
            candidates.Truncate(Nucleus(candidates.Probabilities));
            return;
        }

        KeepNucleus(ref candidates);
    }

    /// <summary>The name and the settings of the sampler.</summary>
    /// <returns>Text such as <c>top-p(0.95)</c>.</returns>
    public override string ToString() => FormattableString.Invariant(
        MinKeep > 1 ? $"top-p({P}, min keep {MinKeep})" : (FormattableString)$"top-p({P})");

    private int Nucleus(ReadOnlySpan<float> probabilities)
    {
        var sum = 0f;
        for (var i = 0; i < probabilities.Length; i++)
        {
            sum += probabilities[i];
            if (sum >= P && i + 1 >= MinKeep)
            {
                return i + 1;
            }
        }

        return probabilities.Length;
    }

    /// <summary>Sorts few more candidates than the nucleus needs: it is mostly a small part of a vocabulary.</summary>
    private void KeepNucleus(ref Candidates candidates)
    {
        const int FirstTry = 256;
        const int Growth = 8;
        var max = candidates.Max();
        var total = candidates.Exponentials(max, candidates.Probabilities);
        var keys = ArrayPool<ulong>.Shared.Rent(candidates.Count);
        try
        {
            var sum = 0f;
            var kept = 0;
            for (long wanted = FirstTry; kept < candidates.Count; wanted *= Growth)
            {
                var sorted = candidates.SelectTop((int)Math.Min(wanted, candidates.Count), keys);
                while (kept < sorted)
                {
                    sum += Candidates.Exponential(TopSelection.LogitOf(keys[kept++]), max) / total;
                    if (sum >= P && kept >= MinKeep)
                    {
                        candidates.Replace(keys.AsSpan(0, kept), isSorted: true);
                        return;
                    }
                }
            }

            candidates.Replace(keys.AsSpan(0, kept), isSorted: true);
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(keys);
        }
    }
}
