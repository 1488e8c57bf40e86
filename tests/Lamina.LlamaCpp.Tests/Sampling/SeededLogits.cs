namespace Lamina.LlamaCpp.Tests.Sampling;

/// <summary>
/// Logits of a bell curve, other ones each round; no two of a round are equal, so that no order is a matter of taste.
/// </summary>
internal sealed class SeededLogits
{
    private readonly Random _random;
    private readonly float[] _noise;

    public SeededLogits(int seed)
    {
        const int Size = 1 << 17;
        _random = new Random(seed);
        var noise = new HashSet<float>(Size);
        while (noise.Count < Size)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
            noise.Add((float)(radius * Math.Cos(Math.Tau * _random.NextDouble())));
        }

        _noise = [.. noise];
    }

    /// <summary>Writes the logits of the next round: some rounds are sharp, some flat.</summary>
    public void Fill(Span<float> logits)
    {
        var deviation = 1 << _random.Next(4);
        var start = _random.Next(_noise.Length - logits.Length);
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] = _noise[start + i] * deviation;
        }
    }
}
