using Lamina.LlamaCpp.Interop;
using Lamina.Sampling;

namespace Lamina.LlamaCpp.Tests.Sampling;

/// <summary>Our samplers choose what llama.cpp's choose, given the same logits and the same seed.</summary>
internal sealed class NativeSamplerConformanceTests
{
    private const int Vocabulary = 8197;   // no multiple of a vector's length
    private const int Rounds = 1000;
    private const uint Seed = 20_250_917;

    private static readonly Dictionary<int, float> Biases = new()
    {
        [0] = 3, [7] = -2.5f, [100] = float.NegativeInfinity, [Vocabulary - 1] = 4.25f,
    };

    private static readonly Pair Greedy = new(() => new GreedySampler(), NativeSampler.Greedy);
    private static readonly Pair Distribution = new(
        () => new DistributionSampler(Seed), () => NativeSampler.Distribution(Seed));
    private static readonly Pair Bias = new(
        () => new LogitBiasSampler(Biases), () => NativeSampler.LogitBias(Vocabulary, Biases));

    private static IEnumerable<TestCaseData<Pair[]>> Chains =>
    [
        Case("greedy", Greedy),
        Case("dist", Distribution),
        Case("logit bias", Bias, Distribution),
        Case("penalties", Penalties(64, 1.3f, 0.4f, 0.2f), Distribution),
        Case("penalties, window of 1", Penalties(1, 1f, 0f, 2f), Distribution),
        Case("penalties off", Penalties(-1, 1.3f, 0.4f, 0.2f), Distribution),
        Case("top-k", TopK(40), Distribution),
        Case("top-k of 1", TopK(1), Distribution),
        Case("top-k of 500", TopK(500), Distribution),
        Case("top-k of all", TopK(Vocabulary + 1), Distribution),
        Case("top-k off", TopK(0), Distribution),
        Case("top-p", TopP(0.95f), Distribution),
        Case("top-p of little", TopP(0.05f, 3), Distribution),
        Case("top-p of much", TopP(0.9995f), Distribution),
        Case("top-p of 0", TopP(0), Distribution),
        Case("top-p off", TopP(1), Distribution),
        Case("min-p", MinP(0.05f), Distribution),
        Case("min-p keeping 5", MinP(0.9f, 5), Distribution),
        Case("min-p off", MinP(0), Distribution),
        Case("temperature below 1", Temperature(0.8f), Distribution),
        Case("temperature above 1", Temperature(1.7f), Distribution),
        Case("temperature of 0", Temperature(0), Distribution),

        Case("typical", Typical(0.9f), Distribution),
        Case("typical of little", Typical(0.1f, 4), Distribution),
        Case("typical of 0", Typical(0), Distribution),
        Case("typical off", Typical(1), Distribution),
        Case("top-n-sigma", TopNSigma(1), Distribution),
        Case("top-n-sigma of little", TopNSigma(0.05f), Distribution),
        Case("top-n-sigma off", TopNSigma(-1), Distribution),
        Case("xtc", Xtc(0.5f, 0.05f), Distribution),
        Case("xtc always", Xtc(1, 0.01f), Distribution),
        Case("xtc keeping 5", TopK(8), Xtc(1, 0.02f, 5), Distribution),
        Case("xtc off", Xtc(0.5f, 0.6f), Distribution),
        Case("dynamic temperature", DynamicTemperature(0.8f, 0.5f), Distribution),
        Case("dynamic temperature down to 0", DynamicTemperature(0.5f, 2, 3), Distribution),
        Case("dynamic temperature without range", DynamicTemperature(0.7f, 0), Distribution),
        Case("mirostat", Mirostat(5, 0.1f)),
        Case("mirostat, little surprise", Mirostat(1.5f, 0.3f, 20)),
        Case("mirostat after top-k", TopK(1), Mirostat(5, 0.1f)),
        Case("mirostat 2", Mirostat2(5, 0.1f)),
        Case("mirostat 2, little surprise", Mirostat2(0.5f, 1)),
        Case("adaptive-p", AdaptiveP(0.4f)),
        Case("adaptive-p of improbable", AdaptiveP(0.02f, 0)),


        // Of what top-n-sigma rules out nothing may be left: llama.cpp's typical computes with NaN then.
        Case(
            "chain: every truncation",
            Bias,
            Penalties(64, 1.1f, 0.1f, 0.1f),
            TopNSigma(6),
            TopK(60),
            Typical(0.95f),
            TopP(0.95f),
            MinP(0.02f),
            Xtc(0.5f, 0.1f),
            DynamicTemperature(1, 0.5f),
            Distribution),
        Case("chain: mirostat", Bias, Temperature(0.9f), Mirostat(4, 0.1f)),
        Case("chain: mirostat 2", Bias, Temperature(0.9f), Mirostat2(4, 0.1f)),
        Case("chain: adaptive-p", TopK(100), MinP(0.01f), Temperature(1.2f), AdaptiveP(0.3f, 0.95f)),
        Case("chain: typical, then top-k", Typical(0.7f), TopK(20), Temperature(1.1f), Distribution),
        Case("chain: sigma, xtc, hot", TopNSigma(1.5f), Xtc(0.8f, 0.02f), Temperature(2.5f), Distribution),

        Case("chain: the defaults", TopK(40), TopP(0.95f), MinP(0.05f), Temperature(0.8f), Distribution),
        Case(
            "chain: everything",
            Bias, Penalties(64, 1.1f, 0.1f, 0.1f), TopK(40), TopP(0.95f), MinP(0.05f), Temperature(0.8f), Distribution),
        Case("chain: bias, penalties, greedy", Bias, Penalties(64, 1.5f, 0.5f, 0.5f), Greedy),
        Case("chain: wide and hot", TopK(500), TopP(0.99f), Temperature(2), Distribution),
        Case("chain: min-p, then hot", MinP(0.02f), Temperature(3), Distribution),
        Case("chain: top-p and min-p of all", TopP(0.9f, 5), MinP(0.1f, 3), Temperature(1.5f), Distribution),
        Case("chain: temperature first", Temperature(0.6f), TopK(300), TopP(0.8f), Distribution),
        Case("chain: temperature, min-p, top-p", Temperature(1.3f), MinP(0.01f), TopP(0.7f), Distribution),
        Case("chain: penalties after top-k", TopK(50), Penalties(32, 1.2f, 0.3f, 0f), TopP(0.9f), Distribution),
        Case("chain: narrow", TopP(0.5f), MinP(0.2f), TopK(3), Temperature(0.2f), Distribution),
        Case("chain: one candidate draws too", TopK(1), Temperature(0.5f), Distribution),
    ];

    [OneTimeSetUp]
    public void LoadLibraries() => NativeLibraries.Load(folder: null);

    [TestCaseSource(nameof(Chains))]
    public void Sample_SameLogitsAndSeed_SameTokensAndCandidates(Pair[] chain)
    {
        var managed = new SamplerPipeline(chain.Select(pair => pair.Managed()));
        var native = NativeSampler.Chain(chain.Select(pair => pair.Native()));
        var canCopy = chain.All(pair => pair.IsNativeCopyExact);
        var seeded = new SeededLogits(1);
        var logits = new float[Vocabulary];
        var array = new NativeSampler.Candidate[Vocabulary];
        try
        {
            for (var token = 0; token < 200; token += 3)
            {
                managed.Accept(token);
                native.Accept(token);
            }

            for (var round = 0; round < Rounds; round++)
            {
                seeded.Fill(logits);
                if (round % 50 == 0 && canCopy)
                {
                    AssertSameCandidates(managed.Clone(), native, logits, array, round);
                }

                var expected = SampleNative(native, logits, array);
                Assert.That(managed.Sample(logits), Is.EqualTo(expected), $"round {round}");
                ChangeState(round, canCopy, ref managed, ref native);
            }
        }
        finally
        {
            native.Dispose();
        }
    }

    /// <summary>On the way, both sides go on with a clone, and later start over.</summary>
    private static void ChangeState(int round, bool canCopy, ref SamplerPipeline managed, ref NativeSampler native)
    {
        if (round == Rounds / 2)
        {
            managed = managed.Clone();
            if (canCopy)
            {
                using var original = native;
                native = native.Clone();
            }
        }
        else if (round == Rounds * 3 / 4)
        {
            managed.Reset();
            native.Reset();
        }
    }

    private static void AssertSameCandidates(
        SamplerPipeline managed, NativeSampler native, float[] logits, NativeSampler.Candidate[] array, int round)
    {
        var candidates = new Candidates(logits);
        foreach (var sampler in managed.Samplers)
        {
            sampler.Apply(ref candidates);
        }

        using var clone = native.Clone();
        Fill(array, logits);
        var expected = clone.Apply(array, out _).ToArray().Select(candidate => (candidate.Token, candidate.Logit));
        var found = candidates.Tokens.ToArray().Zip(candidates.CurrentLogits.ToArray());
        Assert.That(Ordered(found), Is.EqualTo(Ordered(expected)), $"candidates of round {round}");
    }

    private static IEnumerable<(int Token, int LogitBits)> Ordered(IEnumerable<(int Token, float Logit)> candidates) =>
        candidates.Select(candidate => (candidate.Token, BitConverter.SingleToInt32Bits(candidate.Logit))).Order();

    private static int SampleNative(NativeSampler native, float[] logits, NativeSampler.Candidate[] array)
    {
        Fill(array, logits);
        var left = native.Apply(array, out var selected);
        var token = left[selected].Token;
        native.Accept(token);
        return token;
    }

    private static void Fill(NativeSampler.Candidate[] array, float[] logits)
    {
        for (var token = 0; token < logits.Length; token++)
        {
            array[token] = new(token, logits[token]);
        }
    }

    private static Pair TopK(int k) => new(() => new TopKSampler(k), () => NativeSampler.TopK(k));

    private static Pair TopP(float p, int minKeep = 1) =>
        new(() => new TopPSampler(p, minKeep), () => NativeSampler.TopP(p, minKeep));

    private static Pair MinP(float p, int minKeep = 1) =>
        new(() => new MinPSampler(p, minKeep), () => NativeSampler.MinP(p, minKeep));

    private static Pair Temperature(float temperature) =>
        new(() => new TemperatureSampler(temperature), () => NativeSampler.Temperature(temperature));

    private static Pair Typical(float p, int minKeep = 1) =>
        new(() => new TypicalSampler(p, minKeep), () => NativeSampler.Typical(p, minKeep));

    private static Pair TopNSigma(float n) => new(() => new TopNSigmaSampler(n), () => NativeSampler.TopNSigma(n));

    private static Pair Xtc(float probability, float threshold, int minKeep = 1) => new(
        () => new XtcSampler(probability, threshold, minKeep, Seed), () => NativeSampler.Xtc(probability, threshold, minKeep, Seed));

    private static Pair DynamicTemperature(float temperature, float range, float exponent = 1) => new(
        () => new DynamicTemperatureSampler(temperature, range, exponent),
        () => NativeSampler.DynamicTemperature(temperature, range, exponent));

    private static Pair Mirostat(float tau, float eta, int considered = 100) => new(
        () => new MirostatSampler(Seed, tau, eta, considered),
        () => NativeSampler.Mirostat(Vocabulary, Seed, tau, eta, considered));

    private static Pair Mirostat2(float tau, float eta) =>
        new(() => new Mirostat2Sampler(Seed, tau, eta), () => NativeSampler.Mirostat2(Seed, tau, eta));

    /// <summary>llama.cpp's copy of this one begins its random numbers again, so that it is not copied here.</summary>
    private static Pair AdaptiveP(float target, float decay = 0.9f) => new(
        () => new AdaptivePSampler(target, decay, Seed), () => NativeSampler.AdaptiveP(target, decay, Seed)) { IsNativeCopyExact = false };

    private static Pair Penalties(int window, float repetition, float frequency, float presence) => new(
        () => new PenaltySampler(window, repetition, frequency, presence),
        () => NativeSampler.Penalties(Vocabulary, window, repetition, frequency, presence));

    private static TestCaseData<Pair[]> Case(string name, params Pair[] chain) =>
        new TestCaseData<Pair[]>(chain).SetArgDisplayNames(name);

    /// <summary>One of our samplers and llama.cpp's with the same settings.</summary>
    internal sealed record Pair(Func<ISampler> Managed, Func<NativeSampler> Native)
    {
        /// <summary>Whether a copy of llama.cpp's goes on as the original would.</summary>
        public bool IsNativeCopyExact { get; init; } = true;
    }
}
