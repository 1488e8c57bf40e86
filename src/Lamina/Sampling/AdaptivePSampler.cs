namespace Lamina.Sampling;

/// <summary>
/// Selects a candidate whose probability is near a target, which moves so that the tokens that are drawn have that
/// probability on average: neither the most probable nor an improbable one. llama.cpp, pull request 17927.
/// </summary>
public sealed class AdaptivePSampler : ISampler
{
    private const float Width = 0.3f;
    private const float Peak = 5f;
    private const float Sharpness = 10f;

    private readonly Mt19937 _random;
    private float _weightedSum;
    private float _totalWeight;
    private (int Token, float Probability)? _pending;

    /// <summary>Creates the sampler.</summary>
    /// <param name="target">The probability to aim at, from 0 to 1.</param>
    /// <param name="decay">
    /// How much earlier tokens count, from 0 to 0.99: about <c>1 / (1 − decay)</c> of them do. The default is 0.9.
    /// </param>
    /// <param name="seed">The seed of its random numbers, any value.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range or NaN.</exception>
    public AdaptivePSampler(float target, float decay = 0.9f, uint seed = 0)
        : this(target, decay, seed, new Mt19937(seed))
    {
        Forget();
    }

    private AdaptivePSampler(float target, float decay, uint seed, Mt19937 random)
    {
        Target = Require.Number(target, 0, 1);
        Decay = Require.Number(decay, 0, 0.99f);
        Seed = seed;
        _random = random;
    }

    /// <summary>The probability to aim at, from 0 to 1.</summary>
    public float Target { get; }

    /// <summary>How much earlier tokens count, from 0 to 0.99.</summary>
    public float Decay { get; }

    /// <summary>The seed of its random numbers.</summary>
    public uint Seed { get; }

    /// <inheritdoc/>
    /// <exception cref="LaminaException">A logit is NaN, or all are negative infinity.</exception>
    public void Apply(ref Candidates candidates)
    {
        // Where the candidates were sorted, the new logits count from the first, which rounds as llama.cpp does.
        var isSorted = candidates.IsSorted;
        candidates.Softmax();
        var probabilities = candidates.Probabilities;
        var logits = candidates.Logits;
        var target = Math.Clamp((2 * Target) - (_weightedSum / _totalWeight), 0, 1);
        for (var i = 0; i < logits.Length; i++)
        {
            if (logits[i] != float.NegativeInfinity)
            {
                var distance = MathF.Abs((probabilities[i] - target) * (1 / Width));
                logits[i] = Peak - (Sharpness * distance * distance / (1 + distance));
            }
        }

        var before = System.Buffers.ArrayPool<float>.Shared.Rent(probabilities.Length);
        probabilities.CopyTo(before);
        var sum = candidates.Exponentials(isSorted ? logits[0] : candidates.Max(), probabilities);
        System.Numerics.Tensors.TensorPrimitives.Divide(probabilities, sum, probabilities);
        var selected = _random.NextIndex(probabilities);
        candidates.Selected = selected;
        _pending = (candidates.TokenAt(selected), before[selected]);
        System.Buffers.ArrayPool<float>.Shared.Return(before);
    }

    /// <inheritdoc/>
    public void Accept(int token)
    {
        if (_pending is { } pending && pending.Token == token)
        {
            _weightedSum = pending.Probability + (Decay * _weightedSum);
            _totalWeight = 1 + (Decay * _totalWeight);
        }

        _pending = null;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        Forget();
        _random.Seed(Seed);
    }

    /// <inheritdoc/>
    public ISampler Clone() => new AdaptivePSampler(Target, Decay, Seed, _random.Clone())
    {
        _weightedSum = _weightedSum,
        _totalWeight = _totalWeight,
        _pending = _pending,
    };

    /// <summary>The name and the settings of the sampler.</summary>
    /// <returns>Text such as <c>adaptive-p(0.5, decay 0.9, seed 42)</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"adaptive-p({Target}, decay {Decay}, seed {Seed})");

    /// <summary>The average begins at the target, as if many tokens had had it.</summary>
    private void Forget()
    {
        _weightedSum = Target / (1 - Decay);
        _totalWeight = 1 / (1 - Decay);
        _pending = null;
    }
}
