namespace Lamina.Sampling;

/// <summary>
/// Keeps the candidates that are at least <c>p</c> times as probable as the most probable one: Nguyen et al. (2024),
/// "Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM Outputs".
/// </summary>
public sealed class MinPSampler : ISampler
{
    /// <summary>Creates the sampler.</summary>
    /// <param name="p">
    /// The share of the highest probability, from 0 (all are kept) to 1. llama.cpp's default is 0.05.
    /// </param>
    /// <param name="minKeep">How many candidates to keep at least, from 1. The default is 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range or NaN.</exception>
    public MinPSampler(float p, int minKeep = 1)
    {
        P = Require.Number(p, 0, 1);
        MinKeep = Require.AtLeast(minKeep, 1);
    }

    /// <summary>The share of the highest probability, from 0 to 1.</summary>
    public float P { get; }

    /// <summary>How many candidates to keep at least, from 1.</summary>
    public int MinKeep { get; }

    /// <inheritdoc/>
    /// <exception cref="LaminaException">A logit is NaN, or all are negative infinity.</exception>
    public void Apply(ref Candidates candidates)
    {
        if (P <= 0)
        {
            return;
        }

        var bound = candidates.Max() + MathF.Log(P);
        if (MinKeep == 1 || candidates.CountAtLeast(bound) >= MinKeep)
        {
            candidates.KeepAtLeast(bound);
        }
        else
        {
            candidates.KeepTop(MinKeep);
        }
    }

    /// <summary>The name and the settings of the sampler.</summary>
    /// <returns>Text such as <c>min-p(0.05)</c>.</returns>
    public override string ToString() => FormattableString.Invariant(
        MinKeep > 1 ? $"min-p({P}, min keep {MinKeep})" : (FormattableString)$"min-p({P})");
}
