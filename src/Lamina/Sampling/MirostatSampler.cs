namespace Lamina.Sampling;

/// <summary>
/// Selects a candidate such that text is about as surprising as is asked for: it estimates how fast probabilities fall,
/// keeps as many of the best as that allows, draws, and corrects itself by what it drew. Basu et al. (2020), "Mirostat:
/// A Neural Text Decoding Algorithm that Directly Controls Perplexity". <see cref="Mirostat2Sampler"/> is the simpler one.
/// </summary>
public sealed class MirostatSampler : ISampler
{
    private readonly MirostatState _state;

    /// <summary>Creates the sampler.</summary>
    /// <param name="seed">The seed of its random numbers, any value.</param>
    /// <param name="tau">The surprise of a token to aim at, in bits: a finite number. The default is 5.</param>
    /// <param name="eta">How fast it corrects itself, a finite number. The default is 0.1.</param>
    /// <param name="considered">Of how many candidates it estimates the fall of probabilities, from 2. The default is 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range, infinite or NaN.</exception>
    public MirostatSampler(uint seed, float tau = 5, float eta = 0.1f, int considered = 100)
        : this(new MirostatState(seed, Require.Finite(tau), Require.Finite(eta)), Require.AtLeast(considered, 2))
    {
    }

    private MirostatSampler(MirostatState state, int considered)
    {
        _state = state;
        Considered = considered;
    }

    /// <summary>The surprise of a token to aim at, in bits.</summary>
    public float Tau => _state.Tau;

    /// <summary>How fast it corrects itself.</summary>
    public float Eta => _state.Eta;

    /// <summary>Of how many candidates it estimates the fall of probabilities.</summary>
    public int Considered { get; }

    /// <summary>The seed of its random numbers.</summary>
    public uint Seed => _state.Seed;

    /// <inheritdoc/>
    /// <exception cref="LaminaException">A logit is NaN, or all are negative infinity.</exception>
    public void Apply(ref Candidates candidates)
    {
        candidates.SortDescending();
        candidates.Softmax();
        var fall = Fall(candidates.Probabilities);
        var excess = fall - 1;
        var kept = MathF.Pow(
            excess * MathF.Pow(2, _state.HighestSurprise) / (1 - MathF.Pow(candidates.VocabularySize, -excess)), 1 / fall);

        // Where one candidate alone is left, and where all fall alike, there is no number.
        candidates.Truncate(kept >= 1 ? (int)MathF.Min(kept, candidates.Count) : 1);
        _state.Select(ref candidates);
    }

    /// <inheritdoc/>
    public void Reset() => _state.Reset();

    /// <inheritdoc/>
    public ISampler Clone() => new MirostatSampler(_state.Clone(), Considered);

    /// <summary>The name and the settings of the sampler.</summary>
    /// <returns>Text such as <c>mirostat(tau 5, eta 0.1, considered 100, seed 42)</c>.</returns>
    public override string ToString() => FormattableString.Invariant(
        $"mirostat(tau {Tau}, eta {Eta}, considered {Considered}, seed {Seed})");

    /// <summary>The exponent of the power law that fits how the probabilities fall.</summary>
    private float Fall(ReadOnlySpan<float> probabilities)
    {
        var (products, squares) = (0f, 0f);
        for (var i = 0; i < Considered - 1 && i < probabilities.Length - 1; i++)
        {
            var rank = MathF.Log((i + 2f) / (i + 1f));
            products += rank * MathF.Log(probabilities[i] / probabilities[i + 1]);
            squares += rank * rank;
        }

        return products / squares;
    }
}
