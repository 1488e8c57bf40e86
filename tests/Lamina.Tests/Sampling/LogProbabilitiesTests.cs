using Lamina.Sampling;
using Lamina.Tokens;

namespace Lamina.Tests.Sampling;

/// <summary>What a pipeline says about how probable its tokens were.</summary>
internal sealed class LogProbabilitiesTests
{
    private static readonly float[] Logits = [1, 3, 0, 2, float.NegativeInfinity];

    [Test]
    public void Sample_BiasTopKAndTemperature_GivesBothDistributions()
    {
        var pipeline = new SamplerPipeline(
            new LogitBiasSampler(new Dictionary<int, float> { [0] = 1.5f }),
            new TopKSampler(2),
            new TemperatureSampler(2),
            new DistributionSampler(7));
        var seen = new HashSet<int>();
        for (var i = 0; i < 30; i++)
        {
            var token = pipeline.Sample(Logits, 4, out var found);
            seen.Add(token);
            using (Assert.EnterMultipleScope())
            {
                AssertTop(found.TopRaw, (1, Raw(1)), (3, Raw(3)), (0, Raw(0)), (2, Raw(2)));
                AssertTop(found.TopProcessed, (1, Processed(3, 2.5)), (0, Processed(2.5, 3)));
                Assert.That(found.Raw, Is.EqualTo(Raw(token)).Within(1e-5));
                Assert.That(found.Processed, Is.EqualTo(token == 1 ? Processed(3, 2.5) : Processed(2.5, 3)).Within(1e-5));
            }
        }

        Assert.That(seen, Is.EquivalentTo([0, 1]));

        static double Processed(double logit, double other) => -Math.Log(1 + Math.Exp((other - logit) / 2));
    }

    [Test]
    public void Sample_Greedy_IsCertainAfterTheSamplers()
    {
        foreach (var pipeline in (SamplerPipeline[])[new(new GreedySampler()), new(), new(new TopKSampler(3))])
        {
            var token = pipeline.Sample(Logits, 2, out var found);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(token, Is.EqualTo(1));
                Assert.That(found.Raw, Is.EqualTo(Raw(1)).Within(1e-5));
                Assert.That(found.Processed, Is.Zero);
                AssertTop(found.TopRaw, (1, Raw(1)), (3, Raw(3)));
                AssertTop(found.TopProcessed, (1, 0));
            }
        }
    }

    [Test]
    public void Sample_NoneListed_GivesTheChosenTokenAlone()
    {
        var pipeline = new SamplerPipeline(new TopKSampler(1), new DistributionSampler(1));
        pipeline.Sample(Logits, 0, out var found);
        Assert.That((found.TopRaw.Length, found.TopProcessed.Length, found.Processed), Is.EqualTo((0, 0, 0f)));
        Assert.That(found.Raw, Is.EqualTo(Raw(1)).Within(1e-5));
    }

    [Test]
    public void Sample_MoreListedThanPossible_LeavesOutTheImpossible()
    {
        new SamplerPipeline(new DistributionSampler(1)).Sample(Logits, 100, out var found);
        Assert.That(found.TopRaw.Select(one => one.Token), Is.EqualTo([1, 3, 0, 2]));
        Assert.That(found.TopProcessed, Is.EqualTo(found.TopRaw));
    }

    [Test]
    public void Sample_LargeVocabulary_ListsTheBestInOrder()
    {
        var logits = Sampled.Logits(20_000, seed: 3);
        new SamplerPipeline().Sample(logits, 50, out var found);
        var total = Math.Log(logits.Sum(logit => Math.Exp(logit)));
        var best = logits.Select((logit, token) => (Token: token, LogProbability: logit - total))
            .OrderByDescending(one => one.LogProbability).Take(50).ToArray();
        AssertTop(found.TopRaw, best);
    }

    [Test]
    public void Sample_WithAndWithoutLogProbabilities_ChoosesTheSame()
    {
        var (with, without) = (SamplerPipeline.Create(new() { Seed = 5 }), SamplerPipeline.Create(new() { Seed = 5 }));
        for (var i = 0; i < 100; i++)
        {
            var logits = Sampled.Logits(500, seed: i);
            Assert.That(with.Sample(logits, 3, out _), Is.EqualTo(without.Sample(logits)));
        }
    }

    [Test]
    public void Sample_NegativeCount_IsRefused() => Assert.That(
        () => new SamplerPipeline().Sample(Logits, -1, out _), Throws.TypeOf<ArgumentOutOfRangeException>());

    private static double Raw(int token) =>
        Logits[token] - Math.Log(Logits.Sum(logit => Math.Exp(logit)));

    private static void AssertTop(
        IEnumerable<TokenLogProbability> found, params (int Token, double LogProbability)[] expected)
    {
        Assert.That(found.Select(one => one.Token), Is.EqualTo(expected.Select(one => one.Token)));
        Assert.That(
            found.Select(one => (double)one.LogProbability), Is.EqualTo(expected.Select(one => one.LogProbability)).Within(1e-4));
    }
}
