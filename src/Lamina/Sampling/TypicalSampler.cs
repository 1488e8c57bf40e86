namespace Lamina.Sampling;

/// <summary>
/// Keeps the candidates that are about as surprising as was to be expected, the most typical first: Meister et al.
/// (2022), "Locally Typical Sampling".
/// </summary>
public sealed class TypicalSampler : ISampler
{
    /// <summary>Creates the sampler.</summary>
    /// <param name="p">The probability that the kept ones exceed together, from 0 to 1; 1 keeps all.</param>
    /// <param name="minKeep">How many candidates to keep at least, from 1. The default is 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range or NaN.</exception>
    public TypicalSampler(float p, int minKeep = 1)
    {
        P = Require.Number(p, 0, 1);
        MinKeep = Require.AtLeast(minKeep, 1);
    }

    /// <summary>The probability to exceed, from 0 to 1.</summary>
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

        candidates.SortDescending();
        candidates.Softmax();
        DropImpossible(ref candidates);
        var probabilities = candidates.Probabilities;
        var entropy = 0f;
        foreach (var probability in probabilities)
        {
            entropy += -probability * MathF.Log(probability);
        }

        // How far surprise is from the entropy falls, and then rises again: the nearest candidate on either side of the
        // valley is next.
        var right = 0;
        while (right < probabilities.Length && -MathF.Log(probabilities[right]) < entropy)
        {
            right++;
        }

        var (left, sum, kept) = (right - 1, 0f, 0);
        var keys = System.Buffers.ArrayPool<ulong>.Shared.Rent(probabilities.Length);
        var logits = candidates.CurrentLogits;
        while (kept < probabilities.Length && !(sum > P && kept >= MinKeep))
        {
            var isLeft = right >= probabilities.Length
                || (left >= 0 && Distance(probabilities[left], entropy) < Distance(probabilities[right], entropy));
            var next = isLeft ? left-- : right++;
            sum += probabilities[next];
            keys[kept++] = TopSelection.KeyOf(logits[next], candidates.TokenAt(next));
        }

        candidates.Replace(keys.AsSpan(0, kept), isSorted: false);
        System.Buffers.ArrayPool<ulong>.Shared.Return(keys);
    }

    /// <summary>The name and the settings of the sampler.</summary>
    /// <returns>Text such as <c>typical(0.9)</c>.</returns>
    public override string ToString() => FormattableString.Invariant(
        MinKeep > 1 ? $"typical({P}, min keep {MinKeep})" : (FormattableString)$"typical({P})");

    private static float Distance(float probability, float entropy) => MathF.Abs(-MathF.Log(probability) - entropy);

    /// <summary>Drops the candidates of probability 0, the last of the sorted: their surprise is infinite.</summary>
    private static void DropImpossible(ref Candidates candidates)
    {
        var probabilities = candidates.Probabilities;
        var count = probabilities.Length;
        while (probabilities[count - 1] == 0)
        {
            count--;
        }

        candidates.Truncate(count);
    }
}
