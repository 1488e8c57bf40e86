using Lamina.Sampling;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Sampling;

/// <summary>Samplers by name, in an order of one's own.</summary>
internal sealed class SamplerCatalogTests
{
    private static readonly SamplingOptions Everything = new()
    {
        Seed = 42,
        RepetitionPenalty = 1.3f,
        LogitBias = new Dictionary<int, float> { [3] = 2 },
        DryMultiplier = 0.8f,
        TopNSigma = 2,
        TypicalP = 0.9f,
        XtcProbability = 0.5f,
        AdaptiveTarget = 0.4f,
        Mirostat = MirostatAlgorithm.Second,
    };

    [Test]
    public void Create_EveryName_IsItsSampler()
    {
        Dictionary<string, string> expected = new(StringComparer.Ordinal)
        {
            ["logit-bias"] = "logit-bias(1 tokens)",
            ["penalties"] = "penalties(last 64, repetition 1.3, frequency 0, presence 0)",
            ["dry"] = "dry(0.8, base 1.75, allowed length 2, last 64)",
            ["top-n-sigma"] = "top-n-sigma(2)",
            ["top-k"] = "top-k(40)",
            ["typical"] = "typical(0.9)",
            ["top-p"] = "top-p(0.95)",
            ["min-p"] = "min-p(0.05)",
            ["xtc"] = "xtc(0.5, threshold 0.1, seed 42)",
            ["temperature"] = "temperature(0.8)",
            ["infill"] = "infill",
            ["distribution"] = "distribution(seed 42)",
            ["adaptive-p"] = "adaptive-p(0.4, decay 0.9, seed 42)",
            ["mirostat"] = "mirostat(tau 5, eta 0.1, considered 100, seed 42)",
            ["mirostat-2"] = "mirostat 2(tau 5, eta 0.1, seed 42)",
            ["greedy"] = "greedy",
        };
        Assert.That(SamplerCatalog.BuiltIn.Names, Is.EqualTo(expected.Keys));
        foreach (var name in SamplerCatalog.BuiltIn.Names)
        {
            Assert.That(Describe(Everything, name), Is.EqualTo(expected[name]));
            Assert.That(Describe(Everything, name.ToUpperInvariant()), Is.EqualTo(expected[name]), "in any case");
        }
    }

    [Test]
    public void Create_Order_IsKeptAndWhatIsNotNamedIsNotUsed() => Assert.That(
        Describe(Everything, "temperature", "top-k", "min-p", "top-k", "distribution"),
        Is.EqualTo("temperature(0.8) → top-k(40) → min-p(0.05) → top-k(40) → distribution(seed 42)"));

    [Test]
    public void Create_NamesThatOptionsTurnOff_AreLeftOut() => Assert.That(
        Describe(new() { TopK = 0, Temperature = 1 }, "logit-bias", "penalties", "dry", "xtc", "top-k", "temperature", "min-p"),
        Is.EqualTo("min-p(0.05)"));

    [Test]
    public void Create_TemperatureZero_IsGreedyInAnyOrder() => Assert.That(
        Describe(Everything with { Temperature = 0 }, "xtc", "temperature", "penalties", "top-k", "mirostat"),
        Is.EqualTo("penalties(last 64, repetition 1.3, frequency 0, presence 0) → greedy"));

    [Test]
    public void Create_EmptyOrder_TakesTheBest() =>
        Assert.That(SamplerPipeline.Create(new() { Order = [] }).Sample([1, 3, 2]), Is.EqualTo(1));

    [Test]
    public void Create_NoSeed_IsOneForAll()
    {
        uint? seen = null;
        var catalog = SamplerCatalog.BuiltIn.Add("mine", (options, _) =>
        {
            seen = options.Seed;
            return null;
        });
        var options = Everything with { Seed = null, Order = ["mine", "xtc", "distribution"] };
        Assert.That(
            SamplerPipeline.Create(options, new FakeTokenizer(), catalog).ToString(),
            Is.EqualTo($"xtc(0.5, threshold 0.1, seed {seen}) → distribution(seed {seen})"));
    }

    [Test]
    public void Add_SamplerOfAnApp_IsCreatedFromOptionsAndTokenizer()
    {
        var tokenizer = new FakeTokenizer();
        var calls = 0;
        var catalog = SamplerCatalog.BuiltIn.Add("twice", (options, given) =>
        {
            calls++;
            Assert.That(given, Is.SameAs(tokenizer));
            return new TemperatureSampler(options.Temperature / 2);
        });
        var options = new SamplingOptions { Order = ["top-k", "Twice", "greedy"] };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                SamplerPipeline.Create(options, tokenizer, catalog).ToString(),
                Is.EqualTo("top-k(40) → temperature(0.4) → greedy"));
            SamplerPipeline.Create(options, tokenizer, catalog);
            Assert.That(calls, Is.EqualTo(2), "one for each pipeline");
            Assert.That(catalog.Names, Is.EqualTo([.. SamplerCatalog.BuiltIn.Names, "twice"]));
            Assert.That((catalog.Contains("TWICE"), SamplerCatalog.BuiltIn.Contains("twice")), Is.EqualTo((true, false)));
            Assert.That(
                () => SamplerPipeline.Create(options, catalog: catalog),
                Throws.ArgumentNullException.With.Message.Contains("'twice' needs the model's tokenizer"));
        }
    }

    [TestCase("top-k")]
    [TestCase("Top-P")]
    [TestCase(" ")]
    public void Add_NameBlankOrTaken_IsRefused(string name) => Assert.That(
        () => SamplerCatalog.BuiltIn.Add(name, (_, _) => null), Throws.ArgumentException);

    [Test]
    public void Create_UnknownName_ListsThoseThatThereAre()
    {
        var catalog = SamplerCatalog.BuiltIn.Add("mine", (_, _) => null);
        Assert.That(
            () => SamplerPipeline.Create(new() { Order = ["top-k", "topp", null!] }, new FakeTokenizer(), catalog),
            Throws.ArgumentException
                .With.Message.Contains("Order names 'topp', which is no sampler; there are logit-bias, penalties, dry,")
                .And.Message.Contains("mirostat-2, greedy, mine.")
                .And.Message.Contains("Order names '', which"));
    }

    [Test]
    public void Create_AdaptivePWithoutATarget_IsRefused() => Assert.That(
        () => SamplerPipeline.Create(new() { Order = ["adaptive-p"] }), Throws.ArgumentException.With.Message.Contains("AdaptiveTarget"));

    private static string Describe(SamplingOptions options, params string[] order) =>
        SamplerPipeline.Create(options with { Order = order }, new FakeTokenizer()).ToString();
}
