using System.Numerics.Tensors;

namespace Lamina.Sampling;

/// <summary>
/// Divides the logits by a temperature: below 1 the probable becomes more probable, above 1 less. Ackley, Hinton and
/// Sejnowski (1985), "A Learning Algorithm for Boltzmann Machines".
/// </summary>
public sealed class TemperatureSampler : ISampler
{
    // Below it the division of ordinary logits would overflow, which is the limit that 0 stands for.
    private const float Smallest = 1e-30f;

    /// <summary>Creates the sampler.</summary>
    /// <param name="temperature">
    /// The temperature, a finite number of at least 0. At 0, and below 1e-30, all but the best candidate get a logit of
    /// negative infinity. llama.cpp's default is 0.8.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is negative, infinite or NaN.</exception>
    public TemperatureSampler(float temperature) => Temperature = Require.FiniteAtLeastZero(temperature);

    /// <summary>The temperature, at least 0.</summary>
    public float Temperature { get; }

    /// <inheritdoc/>
    /// <exception cref="LaminaException">
    /// The temperature is 0, and a logit is NaN or all are negative infinity.
    /// </exception>
    public void Apply(ref Candidates candidates) => Divide(ref candidates, Temperature);

    /// <summary>The name and the setting of the sampler.</summary>
    /// <returns>Text such as <c>temperature(0.8)</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"temperature({Temperature})");

    /// <summary>Divides the logits by a temperature of at least 0.</summary>
    internal static void Divide(ref Candidates candidates, float temperature)
    {
        if (temperature < Smallest)
        {
            var best = candidates.IndexOfMax();
            var logits = candidates.Logits;
            var logit = logits[best];
            logits.Fill(float.NegativeInfinity);
            logits[best] = logit;
        }
        else if (temperature != 1)
        {
            var logits = candidates.Logits;
            TensorPrimitives.Divide(logits, temperature, logits);
        }
    }
}
