namespace Lamina.Sampling;

/// <summary>
/// Selects a candidate such that text is about as surprising as is asked for: drops the candidates that are more
/// surprising than a bound, draws, and moves the bound by what it drew. Basu et al. (2020), "Mirostat: A Neural Text
/// Decoding Algorithm that Directly Controls Perplexity", the second algorithm.
/// </summary>
public sealed class Mirostat2Sampler : ISampler
{
    private readonly MirostatState _state;

    /// <summary>Creates the sampler.</summary>
    /// <param name="seed">The seed of its random numbers, any value.</param>
    /// <param name="tau">The surprise of a token to aim at, in bits: a finite number. The default is 5.</param>
    /// <param name="eta">How fast it corrects itself, a finite number. The default is 0.1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is infinite or NaN.</exception>
    public Mirostat2Sampler(uint seed, float tau = 5, float eta = 0.1f)
        : this(new MirostatState(seed, Require.Finite(tau), Require.Finite(eta)))
    {
    }

    private Mirostat2Sampler(MirostatState state) => _state = state;

    /// <summary>The surprise of a token to aim at, in bits.</summary>
    public float Tau => _state.Tau;

    /// <summary>How fast it corrects itself.</summary>
    public float Eta => _state.Eta;

    /// <summary>The seed of its random numbers.</summary>
    public uint Seed => _state.Seed;

    /// <inheritdoc/>
    /// <exception cref="LaminaException">A logit is NaN, or all are negative infinity.</exception>
    public void Apply(ref Candidates candidates)
    {
        candidates.SortDescending();
        candidates.Softmax();
        var probabilities = candidates.Probabilities;
        var kept = 0;
        while (kept < probabilities.Length && !(-MathF.Log2(probabilities[kept]) > _state.HighestSurprise))
        {
            kept++;
        }

        candidates.Truncate(Math.Max(kept, 1));
        _state.Select(ref candidates);
    }

    /// <inheritdoc/>
    public void Reset() => _state.Reset();

    /// <inheritdoc/>
    public ISampler Clone() => new Mirostat2Sampler(_state.Clone());

    /// <summary>The name and the settings of the sampler.</summary>
    /// <returns>Text such as <c>mirostat 2(tau 5, eta 0.1, seed 42)</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"mirostat 2(tau {Tau}, eta {Eta}, seed {Seed})");
}
