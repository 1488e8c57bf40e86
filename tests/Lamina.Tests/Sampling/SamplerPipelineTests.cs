using Lamina.Sampling;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Sampling;

internal sealed class SamplerPipelineTests
{
    private static readonly SamplingOptions Everything = new()
    {
        Seed = 42,
        RepetitionPenalty = 1.3f,
        FrequencyPenalty = 0.1f,
        PresencePenalty = 0.2f,
        LogitBias = new Dictionary<int, float> { [3] = 2, [5] = float.NegativeInfinity },
    };

    private static readonly SamplingOptions EverySampler = Everything with
    {
        DryMultiplier = 0.8f,
        TopNSigma = 2,
        TypicalP = 0.9f,
        XtcProbability = 0.5f,
        DynamicTemperatureRange = 0.5f,
        AdaptiveTarget = 0.4f,
    };

    [Test]
    public void Create_Defaults_IsTheOrderOfLlamaCpp() => Assert.That(
        SamplerPipeline.Create(new() { Seed = 42 }).ToString(),
        Is.EqualTo("top-k(40) → top-p(0.95) → min-p(0.05) → temperature(0.8) → distribution(seed 42)"));

    [Test]
    public void Create_Everything_IsTheOrderOfLlamaCpp() => Assert.That(
        SamplerPipeline.Create(Everything).ToString(),
        Is.EqualTo(
            "logit-bias(2 tokens) → penalties(last 64, repetition 1.3, frequency 0.1, presence 0.2) → top-k(40) → "
            + "top-p(0.95) → min-p(0.05) → temperature(0.8) → distribution(seed 42)"));

    [Test]
    public void Create_EverySampler_IsTheOrderOfLlamaCpp() => Assert.That(
        SamplerPipeline.Create(EverySampler, new FakeTokenizer()).ToString(),
        Is.EqualTo(
            "logit-bias(2 tokens) → penalties(last 64, repetition 1.3, frequency 0.1, presence 0.2) → "
            + "dry(0.8, base 1.75, allowed length 2, last 64) → top-n-sigma(2) → top-k(40) → typical(0.9) → top-p(0.95) → "
            + "min-p(0.05) → xtc(0.5, threshold 0.1, seed 42) → dynamic temperature(0.8 ± 0.5, exponent 1) → "
            + "adaptive-p(0.4, decay 0.9, seed 42)"));

    [TestCase(MirostatAlgorithm.First, "mirostat(tau 5, eta 0.1, considered 100, seed 42)")]
    [TestCase(MirostatAlgorithm.Second, "mirostat 2(tau 5, eta 0.1, seed 42)")]
    public void Create_Mirostat_IsInPlaceOfTheOthers(MirostatAlgorithm algorithm, string expected) => Assert.That(
        SamplerPipeline.Create(EverySampler with { Mirostat = algorithm }).ToString(),
        Is.EqualTo($"logit-bias(2 tokens) → temperature(0.8) → {expected}"));

    [Test]
    public void Create_DryWithoutATokenizer_SaysSo() => Assert.That(
        () => SamplerPipeline.Create(EverySampler),
        Throws.ArgumentNullException.With.Message.Contains("DryMultiplier").And.Property("ParamName").EqualTo("tokenizer"));

    [Test]
    public void Clone_EverySampler_GoesOnAlike()
    {
        // No token is banned: where a probability is 0, Mirostat 1 finds no law in how they fall, and keeps the best alone.
        var wide = EverySampler with
        {
            Temperature = 20, TopNSigma = 5, TopP = 1, MinP = 0, AdaptiveTarget = 0.05f, LogitBias = new Dictionary<int, float> { [3] = 2 },
        };
        foreach (var options in (SamplingOptions[])
        [
            wide,
            wide with { AdaptiveTarget = null },
            wide with { Mirostat = MirostatAlgorithm.First },
            wide with { Mirostat = MirostatAlgorithm.Second },
        ])
        {
            var pipeline = SamplerPipeline.Create(options, new FakeTokenizer());
            var first = Run(pipeline, 100);
            var clone = pipeline.Clone();
            var rest = Run(pipeline, 100);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(Run(clone, 100), Is.EqualTo(rest));
                pipeline.Reset();
                Assert.That(Run(pipeline, 100), Is.EqualTo(first));
                Assert.That(rest, Is.Not.EqualTo(first));
            }
        }
    }

    [Test]
    public void Create_TemperatureZeroAndMore_KeepsBiasPenaltiesAndDry() => Assert.That(
        SamplerPipeline.Create(EverySampler with { Temperature = 0, Mirostat = MirostatAlgorithm.Second }, new FakeTokenizer())
            .Samplers.Select(sampler => sampler.GetType()),
        Is.EqualTo([typeof(LogitBiasSampler), typeof(PenaltySampler), typeof(DrySampler), typeof(GreedySampler)]));

    [Test]
    public void Create_TemperatureZero_KeepsBiasAndPenalties() => Assert.That(
        SamplerPipeline.Create(Everything with { Temperature = 0 }).Samplers.Select(sampler => sampler.GetType()),
        Is.EqualTo([typeof(LogitBiasSampler), typeof(PenaltySampler), typeof(GreedySampler)]));

    [Test]
    public void Create_AllOff_IsTheDistributionAlone() => Assert.That(
        SamplerPipeline.Create(new() { Seed = 1, Temperature = 1, TopK = 0, TopP = 1, MinP = 0 }).ToString(),
        Is.EqualTo("distribution(seed 1)"));

    [Test]
    public void Create_NoSeed_TakesAnotherEachTime()
    {
        // Ten random seeds of 32 bits are all equal once in 2^288.
        var seeds = Enumerable.Range(0, 10).Select(_ => SamplerPipeline.Create(new()).ToString());
        Assert.That(seeds.Distinct(StringComparer.Ordinal).Count(), Is.GreaterThan(1));
    }

    [Test]
    public void Constructor_NullSampler_SaysWhich() => Assert.That(
        () => new SamplerPipeline(new GreedySampler(), null!),
        Throws.ArgumentException.With.Message.Contains("Sampler 1 of 2"));

    [Test]
    public void Sample_SameSeed_SameTokens() => Assert.That(
        Run(SamplerPipeline.Create(Everything), 200), Is.EqualTo(Run(SamplerPipeline.Create(Everything), 200)));

    [Test]
    public void Sample_OtherSeed_OtherTokens() => Assert.That(
        Run(SamplerPipeline.Create(Everything with { Seed = 43 }), 200),
        Is.Not.EqualTo(Run(SamplerPipeline.Create(Everything), 200)));

    [Test]
    public void Reset_AfterTokens_StartsOver()
    {
        var pipeline = SamplerPipeline.Create(Everything);
        var first = Run(pipeline, 100);
        pipeline.Reset();
        Assert.That(Run(pipeline, 100), Is.EqualTo(first));
    }

    [Test]
    public void Clone_AfterTokens_GoesOnAlikeAndApart()
    {
        var pipeline = SamplerPipeline.Create(Everything);
        Run(pipeline, 100);
        var clone = pipeline.Clone();
        var ofClone = Run(clone, 100);
        Run(clone, 50);
        Assert.That(Run(pipeline, 100), Is.EqualTo(ofClone));
    }

    [Test]
    public void Accept_PromptTokens_ArePenalised()
    {
        var pipeline = new SamplerPipeline(new PenaltySampler(presence: 5), new GreedySampler());
        pipeline.Accept(1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pipeline.Sample([1, 3, 2]), Is.EqualTo(2));
            Assert.That(pipeline.Sample([1, 3, 2]), Is.Zero);
        }
    }

    [Test]
    public void Accept_NegativeToken_Throws() => Assert.That(
        () => new SamplerPipeline().Accept(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Sample_NoSampler_PicksTheBest() => Assert.That(new SamplerPipeline().Sample([1, 3, 2]), Is.EqualTo(1));

    [Test]
    public void Sample_NothingSelects_PicksTheBestThatIsLeft() => Assert.That(
        new SamplerPipeline(new LogitBiasSampler(new Dictionary<int, float> { [1] = -9 }), new TopKSampler(2))
            .Sample([1, 3, 2]),
        Is.EqualTo(2));

    [Test]
    public void Sample_NoLogits_Throws() =>
        Assert.That(() => new SamplerPipeline().Sample([]), Throws.ArgumentException);

    [TestCase(1)]
    [TestCase(100)]
    [TestCase(5000)]
    public void Sample_NaN_IsTheModelsFaultAndAcceptsNothing(int length)
    {
        var logits = Sampled.Logits(length, 1);
        logits[length / 2] = float.NaN;
        ISampler[] first =
        [
            new GreedySampler(), new TopKSampler(40), new TopPSampler(0.9f), new MinPSampler(0.1f),
            new TemperatureSampler(0), new TemperatureSampler(0.5f), new DistributionSampler(1),
            new PenaltySampler(repetition: 2), new LogitBiasSampler(new Dictionary<int, float> { [0] = 1 }),
        ];
        foreach (var sampler in first)
        {
            var counter = new Counter();
            Assert.That(
                () => new SamplerPipeline(sampler, counter).Sample(logits),
                Throws.TypeOf<LaminaException>().With.Message.Contains("model produced NaN"), sampler.ToString());
            Assert.That(counter.Accepted, Is.Zero);
        }
    }

    [Test]
    public void Sample_SamplerMakesNaN_IsNotTheModelsFault() => Assert.That(
        () => new SamplerPipeline(new Edit(logits => logits[0] = float.NaN), new TopKSampler(1)).Sample([1, 2]),
        Throws.TypeOf<LaminaException>().With.Message.Contains("A sampler made a logit NaN"));

    [Test]
    public void Sample_EverythingBanned_Throws()
    {
        const float Ban = float.NegativeInfinity;
        var bans = new LogitBiasSampler(new Dictionary<int, float> { [0] = Ban, [1] = Ban });
        ISampler[] next = [new GreedySampler(), new DistributionSampler(1), new TopPSampler(0.5f), new TopKSampler(1)];
        foreach (var sampler in next)
        {
            Assert.That(
                () => new SamplerPipeline(bans, sampler).Sample([1, 2]),
                Throws.TypeOf<LaminaException>().With.Message.Contains("none has a logit above negative infinity"));
        }
    }

    [Test]
    public void Sample_SamplerDropsAll_IsNamed() => Assert.That(
        () => new SamplerPipeline(new TopKSampler(2), new DropAll()).Sample([1, 2, 3]),
        Throws.TypeOf<LaminaException>().With.Message.Contains("drop all").And.Property("Operation").EqualTo("sample"));

    [Test]
    public void Sample_SamplerThrows_ReachesTheCallerAndThePipelineWorksAfterwards()
    {
        var fails = true;
        var pipeline = new SamplerPipeline(
            new TopKSampler(2), new Edit(Fail), new GreedySampler());
        Assert.That(() => pipeline.Sample([1, 3, 2]), Throws.InvalidOperationException.With.Message.EqualTo("mine"));
        fails = false;
        Assert.That(pipeline.Sample([1, 3, 2]), Is.EqualTo(1));

        void Fail(float[] logits)
        {
            if (fails)
            {
                throw new InvalidOperationException("mine");
            }
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Sample_SteadyState_AllocatesNothing(bool isGreedy)
    {
        var logits = Sampled.Logits(32_000, 1);
        var pipeline = SamplerPipeline.Create(Everything with { Temperature = isGreedy ? 0 : 0.8f });
        var full = SamplerPipeline.Create(Everything with { TopK = 0, TopP = 0.99f });

        // The least of some tries: a collection may take buffers from the pool.
        var least = Enumerable.Range(0, 5).Min(_ =>
        {
            Sample(200);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Sample(200);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.That(least, Is.Zero);

        void Sample(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                pipeline.Sample(logits);
                if (!isGreedy && i % 20 == 0)
                {
                    full.Sample(logits);
                }
            }
        }
    }

    private static int[] Run(SamplerPipeline pipeline, int rounds) =>
        [.. Enumerable.Range(0, rounds).Select(round => pipeline.Sample(Sampled.Logits(100, round % 7)))];

    private sealed class Counter : ISampler
    {
        public int Accepted { get; private set; }

        public void Apply(ref Candidates candidates)
        {
        }

        public void Accept(int token) => Accepted++;
    }

    private sealed class Edit(Action<float[]> edit) : ISampler
    {
        public void Apply(ref Candidates candidates)
        {
            var logits = candidates.Logits.ToArray();
            edit(logits);
            logits.CopyTo(candidates.Logits);
        }
    }

    private sealed class DropAll : ISampler
    {
        public void Apply(ref Candidates candidates) => candidates.Truncate(0);

        public override string ToString() => "drop all";
    }
}
