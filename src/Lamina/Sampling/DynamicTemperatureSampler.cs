namespace Lamina.Sampling;

/// <summary>
/// Divides the logits by a temperature that follows the entropy: low where the model is sure, high where it is not. Zhu
/// et al. (2023), "Hot or Cold? Adaptive Temperature Sampling for Code Generation with Large Language Models".
/// </summary>
/// <remarks>
/// The temperature is <c>T − range + 2 · range · (H / Hmax)^exponent</c>, where <c>H</c> is the entropy of the
/// candidates and <c>Hmax</c> that of as many equal ones.
/// </remarks>
public sealed class DynamicTemperatureSampler : ISampler
{
    /// <summary>Creates the sampler.</summary>
    /// <param name="temperature">The middle of the temperatures, a finite number of at least 0.</param>
    /// <param name="range">
    /// How far the temperature may go down and up from there, a finite number of at least 0; it does not go below 0. At 0
    /// the temperature is always the same.
    /// </param>
    /// <param name="exponent">Above 1 keeps the temperature lower, below 1 higher: a finite number. The default is 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range, infinite or NaN.</exception>
    public DynamicTemperatureSampler(float temperature, float range, float exponent = 1)
    {
        Temperature = Require.FiniteAtLeastZero(temperature);
        Range = Require.FiniteAtLeastZero(range);
        Exponent = Require.Finite(exponent);
    }

    /// <summary>The middle of the temperatures.</summary>
    public float Temperature { get; }

    /// <summary>How far the temperature may be from the middle.</summary>
    public float Range { get; }

    /// <summary>The exponent of the entropy.</summary>
    public float Exponent { get; }

    /// <inheritdoc/>
    /// <exception cref="LaminaException">A logit is NaN, or all are negative infinity.</exception>
    public void Apply(ref Candidates candidates)
    {
        if (Range == 0)
        {
            TemperatureSampler.Divide(ref candidates, Temperature);
            return;
        }

        if (candidates.Count == 1)
        {
            return;
        }

        candidates.SortDescending();
        candidates.Softmax();
        var entropy = 0f;
        foreach (var probability in candidates.Probabilities)
        {
            if (probability > 0)
            {
                entropy -= probability * MathF.Log(probability);
            }
        }

        var highest = -MathF.Log(1f / candidates.Count);
        var lowestTemperature = MathF.Max(0, Temperature - Range);
        var width = Temperature + Range - lowestTemperature;
        TemperatureSampler.Divide(ref candidates, lowestTemperature + (width * MathF.Pow(entropy / highest, Exponent)));
    }

    /// <summary>The name and the settings of the sampler.</summary>
    /// <returns>Text such as <c>dynamic temperature(0.8 ± 0.5, exponent 1)</c>.</returns>
    public override string ToString() => FormattableString.Invariant(
        $"dynamic temperature({Temperature} ± {Range}, exponent {Exponent})");
}
