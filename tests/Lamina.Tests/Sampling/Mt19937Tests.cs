using Lamina.Sampling;

namespace Lamina.Tests.Sampling;

internal sealed class Mt19937Tests
{
    [Test]
    public void NextUInt32_DefaultSeed_TenThousandthIsTheOneThatTheStandardStates()
    {
        // C++17 [rand.predef]: the 10,000th invocation of a default-constructed mt19937 gives 4123659995.
        var random = new Mt19937(5489);
        for (var i = 1; i < 10_000; i++)
        {
            random.NextUInt32();
        }

        Assert.That(random.NextUInt32(), Is.EqualTo(4_123_659_995));
    }

    [Test]
    public void Clone_AfterDraws_GoesOnAlike()
    {
        var random = new Mt19937(7);
        for (var i = 0; i < 700; i++)
        {
            random.NextUInt32();
        }

        var clone = random.Clone();
        for (var i = 0; i < 700; i++)
        {
            Assert.That(clone.NextUInt32(), Is.EqualTo(random.NextUInt32()));
        }
    }

    [Test]
    public void NextDouble_ManyDraws_AreUniform()
    {
        // The mean of 100,000 uniform draws deviates by 0.00091; the bound is five of those.
        const int Draws = 100_000;
        var random = new Mt19937(42);
        var sum = 0d;
        var outside = 0;
        for (var i = 0; i < Draws; i++)
        {
            var draw = random.NextDouble();
            outside += draw is >= 0 and < 1 ? 0 : 1;
            sum += draw;
        }

        Assert.That(outside, Is.Zero);
        Assert.That(sum / Draws, Is.EqualTo(0.5).Within(0.0046));
    }
}
