using Lamina.Sampling;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Sampling;

/// <summary>What the samplers beyond the usual ones do, on numbers that can be worked out by hand.</summary>
internal sealed class ShapingSamplerTests
{
    private static readonly float[] Vocabulary = Sampled.LogitsOf(0.1f, 0.5f, 0.25f, 0.15f);

    // The entropy is 1.21 nats; the surprises are 2.30, 0.69, 1.39 and 1.90.
    [TestCase(0f, 1, new[] { 2 })]
    [TestCase(0.2f, 1, new[] { 2 })]
    [TestCase(0.3f, 1, new[] { 2, 1 })]
    [TestCase(0.8f, 1, new[] { 2, 1, 3 })]
    [TestCase(0.2f, 3, new[] { 2, 1, 3 })]
    [TestCase(0.95f, 1, new[] { 2, 1, 3, 0 })]
    [TestCase(1f, 1, new[] { 0, 1, 2, 3 })]
    public void Typical_P_KeepsTheLeastUnusual(float p, int minKeep, int[] expected) =>
        Assert.That(Sampled.Tokens(new TypicalSampler(p, minKeep), Vocabulary), Is.EqualTo(expected));

    [Test]
    public void Typical_ImpossibleCandidates_AreDropped() => Assert.That(
        Sampled.Tokens(new TypicalSampler(0.999f), float.NegativeInfinity, 0, float.NegativeInfinity, 0), Is.EquivalentTo((int[])[1, 3]));

    // Mean 2, deviation 2.24.
    [TestCase(1f, new[] { false, false, true, true })]
    [TestCase(2f, new[] { false, true, true, true })]
    [TestCase(0f, new[] { true, true, true, true })]
    public void TopNSigma_N_RulesOutWhatIsFarBelow(float n, bool[] expected) => Assert.That(
        Sampled.Candidates(new TopNSigmaSampler(n), -1, 1, 3, 5).Select(candidate => candidate.Logit > float.NegativeInfinity),
        Is.EqualTo(expected));

    [TestCase(1f, 0.2f, 1, new[] { 2, 3, 0 })]
    [TestCase(1f, 0.12f, 1, new[] { 3, 0 })]
    [TestCase(1f, 0.12f, 3, new[] { 1, 2, 3, 0 })]
    [TestCase(1f, 0.3f, 1, new[] { 1, 2, 3, 0 })]
    [TestCase(1f, 0.6f, 1, new[] { 0, 1, 2, 3 })]
    [TestCase(0f, 0.1f, 1, new[] { 0, 1, 2, 3 })]
    public void Xtc_Threshold_LeavesTheLeastOfTheTopChoices(float probability, float threshold, int minKeep, int[] expected) =>
        Assert.That(Sampled.Tokens(new XtcSampler(probability, threshold, minKeep), Vocabulary), Is.EqualTo(expected));

    [Test]
    public void Xtc_Probability_IsHowOftenItActs()
    {
        var sampler = new XtcSampler(0.3f, 0.2f, seed: 1);
        var acted = Enumerable.Range(0, 5000).Count(_ => Sampled.Tokens(sampler, Vocabulary).Length == 3);
        Assert.That(acted / 5000.0, Is.EqualTo(0.3).Within(0.03)); // 4.6 standard deviations
    }

    [Test]
    public void DynamicTemperature_SureAndUnsure_IsLowAndHigh()
    {
        var sampler = new DynamicTemperatureSampler(1, 0.5f);
        using (Assert.EnterMultipleScope())
        {
            // Of equal candidates the entropy is the highest there is: temperature 1.5.
            Assert.That(Sampled.Candidates(sampler, 3, 3, 3).Select(candidate => candidate.Logit), Is.All.EqualTo(2).Within(1e-5));
            Assert.That(Sampled.Candidates(sampler, 0, 50, 0)[0].Logit, Is.EqualTo(100).Within(1e-3));
            Assert.That(Sampled.Candidates(new DynamicTemperatureSampler(2, 0), 1, 5).Select(candidate => candidate.Logit), Is.EqualTo((float[])[0.5f, 2.5f]));
        }
    }

    [TestCase(2f)]
    [TestCase(4f)]
    public void Mirostat_Tau_IsTheSurpriseOnAverage(float tau)
    {
        foreach (var sampler in (ISampler[])[new MirostatSampler(1, tau), new Mirostat2Sampler(1, tau)])
        {
            var surprise = Enumerable.Range(0, 3000).Select(round =>
            {
                var candidates = new Candidates(Sampled.Logits(500, round % 50));
                sampler.Apply(ref candidates);
                return -Math.Log2(candidates.Probabilities[candidates.Selected]);
            }).Skip(200).Average();
            Assert.That(surprise, Is.EqualTo(tau).Within(0.15), sampler.ToString());
        }
    }

    [Test]
    public void AdaptiveP_Target_IsAboutTheProbabilityOnAverage()
    {
        float[] unsure = [0.02f, 0.08f, 0.15f, 0.25f, 0.5f];
        float[] sure = [0.01f, 0.02f, 0.07f, 0.1f, 0.8f];
        float[] targets = [0.2f, 0.4f, 0.6f];
        var averages = Array.ConvertAll(targets, target =>
        {
            var pipeline = new SamplerPipeline(new AdaptivePSampler(target, seed: 3));
            return Enumerable.Range(0, 3000)
                .Select(round => round % 2 == 0 ? unsure : sure)
                .Average(shares => shares[pipeline.Sample(Sampled.LogitsOf(shares))]);
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(averages, Is.Ordered.Ascending);
            Assert.That(averages, Is.EqualTo(targets).Within(0.1));
        }
    }

    [Test]
    public void Dry_ARepetition_IsLoweredByItsLength()
    {
        var sampler = new DrySampler(new FakeTokenizer(), 1, @base: 2, allowedLength: 2);
        foreach (var letter in "xabcd yabc")
        {
            sampler.Accept(letter);
        }

        // "abc" was said before: "d" followed. Three letters are one more than is allowed.
        var logits = Sampled.Candidates(sampler, new float[257]).Select(candidate => candidate.Logit).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(logits['d'], Is.EqualTo(-2));
            Assert.That(logits.Index().Where(pair => pair.Index != 'd').Select(pair => pair.Item), Is.All.Zero);
        }
    }

    [TestCase("xabcd\nabc", null, true, Description = "the breaker is not in what is repeated")]
    [TestCase("x:abcd y:abc", null, true)]
    [TestCase("xab\ncd yab\nc", null, false, Description = "no more than one letter since the breaker")]
    [TestCase("xab--cd yab--c", "--", false)]
    [TestCase("xab-cd yab-c", "--", true)]
    public void Dry_ABreaker_EndsARepetition(string text, string? breaker, bool isLowered)
    {
        var sampler = new DrySampler(new FakeTokenizer(), 1, breakers: breaker is null ? null : [breaker]);
        foreach (var letter in text)
        {
            sampler.Accept(letter);
        }

        Assert.That(Sampled.Candidates(sampler, new float[257])['d'].Logit, isLowered ? Is.Negative : Is.Zero);
    }

    [Test]
    public void Constructors_OutOfRange_NameTheFault()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => new TypicalSampler(1.5f), Refused("p"));
            Assert.That(() => new TopNSigmaSampler(float.NaN), Refused("n"));
            Assert.That(() => new XtcSampler(-1), Refused("probability"));
            Assert.That(() => new XtcSampler(1, 0.1f, 0), Refused("minKeep"));
            Assert.That(() => new DynamicTemperatureSampler(1, -1), Refused("range"));
            Assert.That(() => new MirostatSampler(1, considered: 1), Refused("considered"));
            Assert.That(() => new Mirostat2Sampler(1, float.PositiveInfinity), Refused("tau"));
            Assert.That(() => new AdaptivePSampler(2), Refused("target"));
            Assert.That(() => new AdaptivePSampler(0.5f, 1), Refused("decay"));
            Assert.That(() => new DrySampler(new FakeTokenizer(), 1, allowedLength: -1), Refused("allowedLength"));
            Assert.That(() => new DrySampler(new FakeTokenizer(), 1, breakers: ["a", ""]), Throws.ArgumentException.With.Message.Contains("Breaker 1 of 2"));
            Assert.That(() => new DrySampler(null!, 1), Throws.ArgumentNullException);
        }

        static NUnit.Framework.Constraints.IResolveConstraint Refused(string name) =>
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(name);
    }
}
