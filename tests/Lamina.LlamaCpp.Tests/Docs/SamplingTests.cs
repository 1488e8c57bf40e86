using Lamina.Sampling;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/sampling.md, and the choice of docs/scores-and-embeddings.md.</summary>
public sealed class SamplingTests : PageFixture
{
    [Test]
    public async Task Options_AreTaken()
    {
        var options = new GenerationOptions
        {
            MaxTokens = 100,
            Stop = ["\n\n", "The end"],
            Sampling = new() { Temperature = 0.7f, TopK = 50, TopP = 0.9f, RepetitionPenalty = 1.1f, Seed = 42 },
        };

        var engine = await TestEngines.TrainedAsync();
        var answer = await engine.CompleteAsync("Once upon a time", options);
        Assert.That(answer.Usage.GeneratedTokens, Is.InRange(1, 100));
        Assert.That(answer.Text, Does.Not.Contain("\n\n"));
    }

    [Test]
    public async Task CreativeOptions_AreTaken()
    {
        var creative = new SamplingOptions { Temperature = 1.2f, TopNSigma = 1.5f, XtcProbability = 0.5f, DryMultiplier = 0.8f };

        var engine = await TestEngines.TrainedAsync();
        Assert.That((await engine.CompleteAsync("Once upon a time", new() { MaxTokens = 20, Sampling = creative })).Tokens, Has.Length.InRange(1, 20));
        Assert.That(SamplerPipeline.Create(creative, engine.Tokenizer).ToString(), Does.Contain("dry").And.Contains("top-n-sigma").And.Contains("xtc"));
    }

    [Test]
    public async Task MoreControl_IsHeld()
    {
        var engine = await TestEngines.TrainedAsync();

        var careful = new GenerationOptions
        {
            MinTokens = 20,
            MaxTokens = 60,
            BannedPhrases = ["a tapestry of"],
            TopLogProbabilities = 3,
            Sampling = new() { TopK = 16, InitialTemperature = 30 },
        };
        await foreach (var token in engine.GenerateAsync("Once upon a time", careful))
            Console.WriteLine($"{token.Text} {token.LogProbabilities?.Raw:F2}");

        var guided = await engine.CompleteAsync(
            "Be kind. To a friend: ", careful with { Guidance = new("Be rude. To a friend: ") { Scale = 2 } });

        var choice = await engine.ChooseAsync("Once upon a", [" time", " fox", " sea"]);
        Console.WriteLine($"{choice.Text} {choice.Scores[choice.Index].Probability:P0}");

        Assert.That(guided.Usage.GeneratedTokens, Is.InRange(20, 60));
        Assert.That(choice.Text, Is.EqualTo(" time"));
    }

    [Test]
    public async Task SamplerOfYourOwn_Chooses()
    {
        var engine = await TestEngines.TrainedAsync();

        var even = new GenerationOptions
        {
            MaxTokens = 8,
            Samplers = () => new SamplerPipeline(new EvenTokensOnly(), new TopKSampler(40), new DistributionSampler(seed: 1)),
        };

        var answer = await engine.CompleteAsync("Once upon a time", even);
        Assert.That(answer.Tokens.Select(token => token % 2), Is.Not.Empty.And.All.Zero);
    }

    [Test]
    public void Pipeline_ChoosesAlone()
    {
        var pipeline = SamplerPipeline.Create(new SamplingOptions { TopK = 2, Seed = 7 });
        var chosen = pipeline.Sample([0.5f, 2f, 1.5f, -1f]);
        Console.WriteLine($"{pipeline} chose {chosen}"); // 1 or 2

        Assert.That(chosen, Is.EqualTo(1).Or.EqualTo(2));
    }

    [Test]
    public async Task SamplerByName_Chooses()
    {
        var catalog = SamplerCatalog.BuiltIn.Add("even-tokens", (_, _) => new EvenTokensOnly());
        await using var named = await LlamaCpp.LoadAsync("model.gguf", new() { Samplers = catalog });
        var ordered = new SamplingOptions { Order = ["even-tokens", "temperature", "min-p", "distribution"], MinP = 0.1f };

        var answer = await named.CompleteAsync("Once upon a time", new() { MaxTokens = 8, Sampling = ordered });
        Assert.That(answer.Tokens.Select(token => token % 2), Is.Not.Empty.And.All.Zero);
    }

    [Test]
    public void Names_AreThoseOfThePage()
    {
        var page = Repository.Read("docs/sampling.md");
        Assert.That(SamplerCatalog.BuiltIn.Names.Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)), Is.Empty);
    }

    internal sealed class EvenTokensOnly : ISampler
    {
        public void Apply(ref Candidates candidates)
        {
            for (var i = 0; i < candidates.Count; i++)
                if (candidates.Tokens[i] % 2 != 0)
                    candidates.Logits[i] = float.NegativeInfinity;
        }
    }
}
