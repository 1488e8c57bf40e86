using System.Diagnostics.Metrics;
using Lamina.Scheduling;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/scheduling.md.</summary>
public sealed class SchedulingTests : PageFixture
{
    [Test]
    public async Task ManyRequests_AreAnswered()
    {
        var engine = await TestEngines.TrainedAsync();
        string[] questions = ["Once upon a time", "There was once a shy owl"];
        var options = new GenerationOptions { MaxTokens = 20 };

        var answers = await Task.WhenAll(questions.Select(question => engine.CompleteAsync(question, options)));

        Assert.That(answers.Select(answer => answer.Usage.GeneratedTokens), Has.Exactly(2).InRange(1, 20));
    }

    [Test]
    public async Task Policies_AreTaken()
    {
        var settings = new EngineOptions { MaxSequences = 32, Scheduling = new PriorityPolicy(ageing: TimeSpan.FromSeconds(5)) };
        var urgent = new GenerationOptions { Priority = 2, MaxTokens = 50 };

        await using var engine = await LlamaCpp.LoadAsync("model.gguf", settings with { ContextSize = 128 });
        Assert.That((await engine.CompleteAsync("Once upon a time", urgent)).Tokens, Has.Length.InRange(1, 50));
    }

    [Test]
    public void PolicyOfYourOwn_LetsNobodyStarve()
    {
        var policy = new ShortPromptsFirst();
        var longer = new RequestProfile(TimeSpan.Zero, Priority: 0, PromptTokens: 100, PredictedTokens: 0);
        var shorter = longer with { PromptTokens = 10 };

        Assert.That(policy.GetRank(shorter), Is.LessThan(policy.GetRank(longer)));
        Assert.That(policy.GetRank(shorter with { Submitted = TimeSpan.FromSeconds(60) }), Is.GreaterThan(policy.GetRank(longer)));
    }

    [Test]
    public async Task Prefixes_AreKnownToTheirTenant()
    {
        await using var engine = await LlamaCpp.LoadAsync("model.gguf", new() { ContextSize = 128 });
        var instructions = Prompt.FromMarkup("<|im_start|>system\nYou answer in one short sentence, and never say more than you know for certain.<|im_end|>\n");
        Prompt question = "What is Lamina? How do I load a model?";
        await engine.CompleteAsync(instructions + "Something else", new() { MaxTokens = 5, Tenant = "customer-17" });

        var reply = await engine.CompleteAsync(instructions + question, new() { MaxTokens = 20, Tenant = "customer-17" });
        Console.WriteLine($"{reply.Usage.CachedTokens} of {reply.Usage.PromptTokens} tokens were known");

        Assert.That(reply.Usage.CachedTokens, Is.GreaterThan(10).And.LessThan(reply.Usage.PromptTokens));
        var other = await engine.CompleteAsync(instructions + question, new() { MaxTokens = 1, Tenant = "customer-18" });
        Assert.That(other.Usage.CachedTokens, Is.Zero);

        var metrics = engine.GetMetrics();
        Console.WriteLine($"{metrics.CompletedRequests} requests, {metrics.GeneratedTokens} tokens in {metrics.Batches} batches, "
            + $"{metrics.PrefixHits} of {metrics.PrefixLookups} prefixes known");

        Assert.That(metrics.PrefixHits, Is.EqualTo(1));
    }

    [Test]
    public async Task Instruments_AreThoseOfThePage()
    {
        await using var engine = await LlamaCpp.LoadAsync("model.gguf", new() { ContextSize = 128 });
        var names = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) => names.AddRange(instrument.Meter.Name is "Lamina" ? [instrument.Name] : []),
        };
        listener.Start();

        var page = Repository.Read("docs/scheduling.md");
        Assert.That(names, Is.Not.Empty);
        Assert.That(names.Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)), Is.Empty);
    }

    internal sealed class ShortPromptsFirst : ISchedulingPolicy
    {
        public double GetRank(in RequestProfile request) => request.PromptTokens + (10 * request.Submitted.TotalSeconds);
    }
}
