namespace Lamina.Sampling;

/// <summary>
/// Keeps the <c>k</c> candidates with the highest logits, sorted: Fan et al. (2018), "Hierarchical Neural Story
/// Generation".
/// </summary>
public sealed class TopKSampler : ISampler
{
    /// <summary>Creates the sampler.</summary>
    /// <param name="k">How many candidates to keep; 0 or less keeps all. llama.cpp's default is 40.</param>
    public TopKSampler(int k) => K = k;

    /// <summary>How many candidates to keep; 0 or less keeps all.</summary>
    public int K { get; }

    /// <inheritdoc/>
    /// <exception cref="LaminaException">A logit is NaN.</exception>
    public void Apply(ref Candidates candidates)
    {
        if (K > 0)
        {
            candidates.KeepTop(K);
        }
    }

    /// <summary>The name and the setting of the sampler.</summary>
    /// <returns>Text such as <c>top-k(40)</c>.</returns>
    public override string ToString() => $"top-k({K})";
}
