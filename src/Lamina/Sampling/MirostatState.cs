namespace Lamina.Sampling;

/// <summary>What both kinds of Mirostat share: the bound of surprise, and how a draw moves it.</summary>
internal sealed class MirostatState
{
    private readonly Mt19937 _random;

    public MirostatState(uint seed, float tau, float eta)
        : this(seed, tau, eta, 2 * tau, new Mt19937(seed))
    {
    }

    private MirostatState(uint seed, float tau, float eta, float highestSurprise, Mt19937 random)
    {
        (Seed, Tau, Eta, HighestSurprise, _random) = (seed, tau, eta, highestSurprise, random);
    }

    public uint Seed { get; }

    /// <summary>The surprise to aim at, in bits.</summary>
    public float Tau { get; }

    /// <summary>The share of the error by which the bound moves.</summary>
    public float Eta { get; }

    /// <summary>The bound, in bits: mu in the paper.</summary>
    public float HighestSurprise { get; private set; }

    /// <summary>Draws among the candidates, and moves the bound.</summary>
    public void Select(ref Candidates candidates)
    {
        candidates.Softmax();
        var selected = _random.NextIndex(candidates.Probabilities);
        HighestSurprise -= Eta * (-MathF.Log2(candidates.Probabilities[selected]) - Tau);
        candidates.Selected = selected;
    }

    public void Reset()
    {
        HighestSurprise = 2 * Tau;
        _random.Seed(Seed);
    }

    public MirostatState Clone() => new(Seed, Tau, Eta, HighestSurprise, _random.Clone());
}
