using Lamina.Sampling;

namespace Lamina.Tests.Sampling;

internal sealed class SamplerTests
{
    private static readonly float[] Vocabulary = Sampled.LogitsOf(0.1f, 0.5f, 0.25f, 0.15f);

    [Test]
    public void Greedy_Logits_SelectsTheHighest()
    {
        var candidates = new Candidates(Vocabulary);
        new GreedySampler().Apply(ref candidates);
        Assert.That(candidates.Selected, Is.EqualTo(1));
    }

    [TestCase(2, new[] { 1, 2 })]
    [TestCase(9, new[] { 1, 2, 3, 0 })]
    [TestCase(0, new[] { 0, 1, 2, 3 })]
    [TestCase(-1, new[] { 0, 1, 2, 3 })]
    public void TopK_K_KeepsThatMany(int k, int[] expected) =>
        Assert.That(Sampled.Tokens(new TopKSampler(k), Vocabulary), Is.EqualTo(expected));

    [TestCase(0f, 1, new[] { 1 })]
    [TestCase(0.6f, 1, new[] { 1, 2 })]
    [TestCase(0.8f, 1, new[] { 1, 2, 3 })]
    [TestCase(0.6f, 3, new[] { 1, 2, 3 })]
    [TestCase(0.6f, 9, new[] { 1, 2, 3, 0 })]
    [TestCase(1f, 1, new[] { 0, 1, 2, 3 })]
    public void TopP_P_KeepsTheFewestThatReachIt(float p, int minKeep, int[] expected)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Sampled.Tokens(new TopPSampler(p, minKeep), Vocabulary), Is.EqualTo(expected));
            Assert.That(
                Sampled.Candidates([new TopKSampler(4), new TopPSampler(p, minKeep)], Vocabulary).Select(c => c.Token),
                Is.EqualTo(p < 1 ? expected : [1, 2, 3, 0]));
        }
    }

    [TestCase(0.9f)]
    [TestCase(0.99f)]
    [TestCase(0.9999f)]
    public void TopP_LargeVocabulary_KeepsWhatASortWouldKeep(float p)
    {
        // The nuclei of these have some hundred, some thousand and most of the tokens.
        foreach (var deviation in (float[])[4, 2, 1])
        {
            var logits = Sampled.Logits(20_000, 5, deviation);
            var max = logits.Max();
            var total = logits.Aggregate(0f, (sum, logit) => sum + MathF.Exp(logit - max));
            var reached = 0f;
            var expected = logits.Index().OrderByDescending(candidate => candidate.Item).TakeWhile(candidate =>
            {
                var isLeft = reached < p;
                reached += MathF.Exp(candidate.Item - max) / total;
                return isLeft;
            });
            Assert.That(Sampled.Candidates(new TopPSampler(p), logits), Is.EqualTo(expected.ToArray()));
        }
    }

    [TestCase(0f, 1, new[] { 0, 1, 2, 3 })]
    [TestCase(0.25f, 1, new[] { 1, 2, 3 })]
    [TestCase(0.45f, 1, new[] { 1, 2 })]
    [TestCase(0.45f, 3, new[] { 1, 2, 3 })]
    [TestCase(1f, 1, new[] { 1 })]
    public void MinP_P_KeepsWhatIsThatProbable(float p, int minKeep, int[] expected) =>
        Assert.That(Sampled.Tokens(new MinPSampler(p, minKeep), Vocabulary), Is.EquivalentTo(expected));

    [Test]
    public void Temperature_Two_HalvesTheLogits() => Assert.That(
        Sampled.Candidates(new TemperatureSampler(2), 1, -4, 3), Is.EqualTo([(0, 0.5f), (1, -2f), (2, 1.5f)]));

    [TestCase(0f)]
    [TestCase(float.Epsilon)]
    public void Temperature_Zero_LeavesTheBest(float temperature) => Assert.That(
        Sampled.Candidates(new TemperatureSampler(temperature), 1, 3, 3),
        Is.EqualTo([(0, float.NegativeInfinity), (1, 3f), (2, float.NegativeInfinity)]));

    [Test]
    public void LogitBias_Tokens_AreRaisedLoweredAndBanned()
    {
        var sampler = new LogitBiasSampler(
            new Dictionary<int, float> { [0] = 2, [2] = -1.5f, [1] = float.NegativeInfinity, [99] = 1 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Sampled.Candidates(sampler, 1, 2, 3), Is.EqualTo([(0, 3f), (1, float.NegativeInfinity), (2, 1.5f)]));
            Assert.That(Sampled.Candidates([new TopKSampler(1), sampler], 1, 2, 3), Is.EqualTo([(2, 1.5f)]));
        }
    }

    [Test]
    public void Penalty_AcceptedTokens_LowersTheirLogits()
    {
        var sampler = new PenaltySampler(window: 8, repetition: 2, frequency: 0.5f, presence: 0.25f);
        foreach (var token in (int[])[0, 1, 1])
        {
            sampler.Accept(token);
        }

        // Positive logits are divided, others multiplied; then the count times 0.5 and once 0.25 is subtracted.
        Assert.That(Sampled.Candidates(sampler, 4, -4, 4), Is.EqualTo([(0, 1.25f), (1, -9.25f), (2, 4f)]));
    }

    [Test]
    public void Penalty_TokenLeftTheWindow_IsForgotten()
    {
        var sampler = new PenaltySampler(window: 2, presence: 1);
        foreach (var token in (int[])[0, 0, 1, 2])
        {
            sampler.Accept(token);
        }

        Assert.That(Sampled.Candidates(sampler, 5, 5, 5), Is.EqualTo([(0, 5f), (1, 4f), (2, 4f)]));
        sampler.Reset();
        Assert.That(Sampled.Candidates(sampler, 5, 5, 5), Is.EqualTo([(0, 5f), (1, 5f), (2, 5f)]));
    }

    [TestCase(0)]
    [TestCase(-1)]
    public void Penalty_NoWindow_ChangesNothing(int window)
    {
        var sampler = new PenaltySampler(window, presence: 1);
        sampler.Accept(0);
        Assert.That(Sampled.Candidates(sampler, 5, 5), Is.EqualTo([(0, 5f), (1, 5f)]));
    }

    [Test]
    public void Distribution_ManyDraws_FollowTheProbabilities()
    {
        // Chi-squared with 3 degrees of freedom is above 16.27 once in a thousand seeds.
        const int Draws = 20_000;
        var sampler = new DistributionSampler(42);
        var counts = new int[4];
        for (var i = 0; i < Draws; i++)
        {
            var candidates = new Candidates(Vocabulary);
            sampler.Apply(ref candidates);
            counts[candidates.Selected]++;
        }

        double[] expected = [0.1 * Draws, 0.5 * Draws, 0.25 * Draws, 0.15 * Draws];
        var chiSquared = counts.Zip(expected, (count, mean) => (count - mean) * (count - mean) / mean).Sum();
        Assert.That(chiSquared, Is.LessThan(16.27));
    }

    [Test]
    public void Distribution_Banned_IsNeverDrawn()
    {
        var sampler = new DistributionSampler(1);
        for (var i = 0; i < 1000; i++)
        {
            var candidates = new Candidates([float.NegativeInfinity, 0, float.NegativeInfinity]);
            sampler.Apply(ref candidates);
            Assert.That(candidates.Selected, Is.EqualTo(1));
        }
    }

    [Test]
    public void Constructors_BadSettings_NameTheSettingAndTheValue()
    {
        using (Assert.EnterMultipleScope())
        {
            Refuses(() => new TopPSampler(float.NaN), "p", "NaN");
            Refuses(() => new TopPSampler(1.01f), "p", "1.01");
            Refuses(() => new TopPSampler(0.5f, 0), "minKeep", "0");
            Refuses(() => new MinPSampler(-0.1f), "p", "-0.1");
            Refuses(() => new MinPSampler(0.5f, -3), "minKeep", "-3");
            Refuses(() => new TemperatureSampler(-1), "temperature", "-1");
            Refuses(() => new TemperatureSampler(float.PositiveInfinity), "temperature", "Infinity");
            Refuses(() => new PenaltySampler(repetition: 0), "repetition", "0");
            Refuses(() => new PenaltySampler(frequency: float.NaN), "frequency", "NaN");
            Refuses(() => new PenaltySampler(presence: float.NegativeInfinity), "presence", "-Infinity");
            Refuses(() => new LogitBiasSampler(new Dictionary<int, float> { [-4] = 1 }), "biases", "-4");
            Refuses(() => new LogitBiasSampler(new Dictionary<int, float> { [7] = float.NaN }), "biases", "7 was NaN");
        }
    }

    private static void Refuses(Func<ISampler> create, string parameter, string found) => Assert.That(
        create,
        Throws.InstanceOf<ArgumentOutOfRangeException>()
            .With.Property("ParamName").EqualTo(parameter).And.Message.Contains(found).And.Message.Contains("must be"));
}
