namespace Lamina.Sampling;

/// <summary>Selects the candidate with the highest logit, the first of them where several are equal.</summary>
public sealed class GreedySampler : ISampler
{
    /// <inheritdoc/>
    /// <exception cref="LaminaException">A logit is NaN, or all are negative infinity.</exception>
    public void Apply(ref Candidates candidates) => candidates.Selected = candidates.IndexOfMax();

    /// <summary>The name of the sampler.</summary>
    /// <returns><c>greedy</c>.</returns>
    public override string ToString() => "greedy";
}
