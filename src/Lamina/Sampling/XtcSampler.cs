namespace Lamina.Sampling;

/// <summary>
/// Exclude top choices: now and then drops all but the least probable of the candidates that are probable enough, so
/// that text is less predictable and still makes sense. Weidmann (2024), text-generation-webui, pull request 6335.
/// </summary>
/// <remarks>It draws one number a token, where there is more than one candidate.</remarks>
public sealed class XtcSampler : ISampler
{
    private readonly Mt19937 _random;

    /// <summary>Creates the sampler.</summary>
    /// <param name="probability">How often it acts, from 0, which turns it off, to 1.</param>
    /// <param name="threshold">
    /// From which probability on a candidate is a top choice, from 0; above 0.5 there can be no two, and the sampler is
    /// off. llama.cpp's default is 0.1.
    /// </param>
    /// <param name="minKeep">It does not act where it would leave fewer candidates. The default is 1.</param>
    /// <param name="seed">The seed of its random numbers, any value.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range or NaN.</exception>
    public XtcSampler(float probability, float threshold = 0.1f, int minKeep = 1, uint seed = 0)
        : this(probability, threshold, minKeep, seed, new Mt19937(seed))
    {
    }

    private XtcSampler(float probability, float threshold, int minKeep, uint seed, Mt19937 random)
    {
        Probability = Require.Number(probability, 0, 1);
        Threshold = Require.Number(threshold, 0, 1);
        MinKeep = Require.AtLeast(minKeep, 1);
        Seed = seed;
        _random = random;
    }

    /// <summary>How often it acts, from 0 to 1.</summary>
    public float Probability { get; }

    /// <summary>From which probability on a candidate is a top choice.</summary>
    public float Threshold { get; }

    /// <summary>How many candidates it leaves at least.</summary>
    public int MinKeep { get; }

    /// <summary>The seed of its random numbers.</summary>
    public uint Seed { get; }

    /// <inheritdoc/>
    /// <exception cref="LaminaException">A logit is NaN, or all are negative infinity.</exception>
    public void Apply(ref Candidates candidates)
    {
        if (Probability <= 0 || Threshold > 0.5f || candidates.Count < 2 || _random.NextSingle() > Probability)
        {
            return;
        }

        candidates.SortDescending();
        candidates.Softmax();
        var probabilities = candidates.Probabilities;
        var top = 0;
        while (top < probabilities.Length && probabilities[top] >= Threshold)
        {
            top++;
        }

        var excluded = top - 1;
        if (excluded > 0 && candidates.Count - excluded >= MinKeep)
        {
            candidates.RemoveFirst(excluded);
        }
    }

    /// <inheritdoc/>
    public void Reset() => _random.Seed(Seed);

    /// <inheritdoc/>
    public ISampler Clone() => new XtcSampler(Probability, Threshold, MinKeep, Seed, _random.Clone());

    /// <summary>The name and the settings of the sampler.</summary>
    /// <returns>Text such as <c>xtc(0.5, threshold 0.1, seed 42)</c>.</returns>
    public override string ToString() => FormattableString.Invariant(MinKeep > 1
        ? $"xtc({Probability}, threshold {Threshold}, min keep {MinKeep}, seed {Seed})"
        : (FormattableString)$"xtc({Probability}, threshold {Threshold}, seed {Seed})");
}
