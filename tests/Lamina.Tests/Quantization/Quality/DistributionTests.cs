using Lamina.Quantization.Quality;

namespace Lamina.Tests.Quantization.Quality;

/// <summary>Distributions in 16 bits and their divergence, against the plain formulas in double precision.</summary>
internal sealed class DistributionTests
{
    [TestCase(1)]
    [TestCase(7)]
    [TestCase(257)]
    [TestCase(4096)]
    public void Divergence_OfRandomLogits_IsThatOfTheFormula(int size)
    {
        var random = new Random(size);
        for (var round = 0; round < 20; round++)
        {
            var spread = 1 + (round % 5 * 3);
            float[] source = [.. Enumerable.Range(0, size).Select(_ => (float)(random.NextDouble() * spread))];
            float[] other = [.. source.Select(logit => logit + (float)((random.NextDouble() - 0.5) * spread / 3))];
            var expected = Exact(source).Zip(Exact(other)).Sum(pair => Math.Exp(pair.First) * (pair.First - pair.Second));
            Assert.That(Measure(source, other), Is.EqualTo(expected).Within(2e-6 + (1e-4 * expected)));
        }
    }

    [Test]
    public void Divergence_FromItself_IsZero()
    {
        var random = new Random(3);
        float[] logits = [.. Enumerable.Range(0, 50_000).Select(_ => (float)(random.NextDouble() * 20))];
        Assert.That(Measure(logits, logits), Is.Zero.Within(2e-6));
    }

    [Test]
    public void Divergence_TokensThatCannotCome_CountNothing()
    {
        float[] source = [1, 2, float.NegativeInfinity, 0];
        float[] other = [1, 2, float.NegativeInfinity, 0];
        Assert.That(Measure(source, other), Is.Zero.Within(1e-6));
    }

    [Test]
    public void Divergence_OneTokenForSure_IsMinusTheLogarithmOfItsProbability()
    {
        float[] source = [100, 0, 0, 0];
        Assert.That(Measure(source, [0, 0, 0, 0]), Is.EqualTo(Math.Log(4)).Within(1e-5));
    }

    [Test]
    public void Normalize_EqualLogits_AreOneInFour()
    {
        float[] logits = [3, 3, 3, 3];
        var top = Distribution.Normalize(logits, new float[4]);
        Assert.That(logits, Is.All.EqualTo(-Math.Log(4)).Within(1e-6));
        Assert.That(top, Is.Zero, "the first of equal ones");
    }

    private static double Measure(float[] source, float[] other)
    {
        float[] logits = [.. source];
        var (buffer, codes) = (new float[logits.Length], new ushort[logits.Length]);
        var top = Distribution.Normalize(logits, buffer);
        var (least, step) = Distribution.Encode(logits, codes);
        float[] others = [.. other];
        Distribution.Normalize(others, buffer);
        return Distribution.Divergence(codes, new(least, step, top, 0), others, buffer);
    }

    private static double[] Exact(float[] logits)
    {
        var total = Math.Log(logits.Sum(logit => Math.Exp(logit)));
        return [.. logits.Select(logit => logit - total)];
    }
}
