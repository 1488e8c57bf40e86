using Lamina.Sampling;

namespace Lamina.Tests.Sampling;

internal sealed class TopSelectionTests
{
    [TestCase(1, 1)]
    [TestCase(31, 5)]
    [TestCase(513, 1)]
    [TestCase(1000, 40)]
    [TestCase(4099, 40)]
    [TestCase(4099, 300)]
    [TestCase(4099, 4099)]
    [TestCase(49_152, 1)]
    [TestCase(49_152, 40)]
    [TestCase(49_157, 2000)]
    [TestCase(49_157, 30_000)]
    public void Select_SeededLogits_AreThoseOfAFullSort(int length, int count)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            // Rounding makes ties, also at the border of what is selected.
            float[] logits = [.. Sampled.Logits(length, seed).Select(logit => MathF.Round(logit, seed))];
            var expected = logits.Select((logit, token) => (token, logit))
                .OrderByDescending(candidate => candidate.logit).ThenBy(candidate => candidate.token).Take(count);

            var keys = new ulong[length];
            var sorted = TopSelection.Select(logits, [], count, keys);

            Assert.That(sorted, Is.InRange(count, length));
            Assert.That(
                keys.Take(count).Select(key => (TopSelection.TokenOf(key), TopSelection.LogitOf(key))),
                Is.EqualTo(expected));
        }
    }

    [Test]
    public void Select_TokensInAnyOrder_OrdersTiesByToken()
    {
        const int Length = 5000;
        var tokens = Enumerable.Range(0, Length).ToArray();
        new Random(3).Shuffle(tokens);
        var keys = new ulong[Length];
        TopSelection.Select(new float[Length], tokens, Length, keys);
        Assert.That(keys.Select(TopSelection.TokenOf), Is.EqualTo(Enumerable.Range(0, Length)));
    }

    [Test]
    public void Select_ZerosOfBothSigns_AreEqual()
    {
        var keys = new ulong[4];
        TopSelection.Select([-0f, 0, -0f, 0], [], 4, keys);
        Assert.That(keys.Select(TopSelection.TokenOf), Is.EqualTo([0, 1, 2, 3]));
    }

    [TestCase(40, 10)]
    [TestCase(4100, 40)]
    [TestCase(4100, 4100)]
    public void Select_NaN_IsRefusedWhereverItIs(int length, int count)
    {
        var keys = new ulong[length];
        for (var place = 0; place < length; place += 7)
        {
            var logits = Sampled.Logits(length, 1);
            logits[place] = float.NaN;
            Assert.That(TopSelection.Select(logits, [], count, keys), Is.EqualTo(-1));
        }
    }

    [Test]
    public void Select_MostlyNegativeInfinity_FindsTheRest()
    {
        var logits = Enumerable.Repeat(float.NegativeInfinity, 4000).ToArray();
        logits[17] = 1;
        logits[3999] = 2;
        var keys = new ulong[logits.Length];
        TopSelection.Select(logits, [], 3, keys);
        Assert.That(keys.Take(3).Select(TopSelection.TokenOf), Is.EqualTo([3999, 17, 0]));
    }

    [TestCase(0f)]
    [TestCase(float.Epsilon)]
    [TestCase(-1.5f)]
    [TestCase(float.MaxValue)]
    [TestCase(float.MinValue)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    public void LogitOf_Key_IsTheSameToTheBit(float logit)
    {
        var keys = new ulong[1];
        TopSelection.Select([logit], [123_456], 1, keys);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                BitConverter.SingleToInt32Bits(TopSelection.LogitOf(keys[0])),
                Is.EqualTo(BitConverter.SingleToInt32Bits(logit)));
            Assert.That(TopSelection.TokenOf(keys[0]), Is.EqualTo(123_456));
        }
    }
}
