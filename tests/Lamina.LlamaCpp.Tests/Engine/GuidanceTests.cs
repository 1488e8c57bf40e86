using Lamina.Constraints;
using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Engine;

/// <summary>Answers guided by a second sequence, on real models.</summary>
public sealed class GuidanceTests
{
    private const string Prompt = "There was once a shy owl called Hazel.";
    private const string Other = "There was once a bear called Bruno.";

    private static readonly GenerationOptions Greedy = new() { MaxTokens = 24, Sampling = new() { Temperature = 0 } };

    [TestCase(1.6f, 0f)]
    [TestCase(3f, 0f)]
    [TestCase(4f, 0.2f)]
    [TestCase(0.4f, 0f)]
    public async Task GenerateAsync_Guided_ChoosesByBothDistributions(float scale, float plausibility)
    {
        var engine = await TestEngines.TrainedAsync();
        var guidance = new Guidance(Other) { Scale = scale, Plausibility = plausibility };
        var found = await engine.CompleteAsync(Prompt, Greedy with { Guidance = guidance });
        var (own, other) = (engine.Tokenizer.Encode(Prompt).ToList(), engine.Tokenizer.Encode(Other).ToList());
        foreach (var token in found.Tokens)
        {
            var (s, n) = (await LikelyAsync(engine, own), await LikelyAsync(engine, other));
            var least = s.Values.Max() + MathF.Log(plausibility);
            var scores = s.Where(pair => pair.Value >= least && n.ContainsKey(pair.Key))
                .ToDictionary(pair => pair.Key, pair => n[pair.Key] + (scale * (pair.Value - n[pair.Key])));
            Assert.That(scores[token], Is.EqualTo(scores.Values.Max()).Within(0.05), engine.Tokenizer.Decode([token]));
            own.Add(token);
            other.Add(token);
        }
    }

    [Test]
    public async Task GenerateAsync_ScaleOfOne_IsAsWithout()
    {
        var engine = await TestEngines.TrainedAsync();
        var plain = await engine.CompleteAsync(Prompt, Greedy);
        var guided = await engine.CompleteAsync(Prompt, Greedy with { Guidance = new(Other) { Scale = 1 } });
        Assert.That(guided.Text, Is.EqualTo(plain.Text));
        var away = await engine.CompleteAsync(Prompt, Greedy with { Guidance = new(Other) { Scale = 0 } });
        Assert.That(away.Text, Is.EqualTo((await engine.CompleteAsync(Other, Greedy)).Text), "the other prompt's answer");
    }

    [Test]
    public async Task GenerateAsync_ManyGuidedAtOnceInLittleRoom_EachIsAsAlone()
    {
        // Two slots and few cells: pairs wait for one another, and make way.
        var roomy = await TestEngines.TrainedAsync();
        await using var engine = await LlamaCpp.LoadAsync(
            TinyModel.Path, new() { ContextSize = 128, MaxSequences = 2, CacheTokens = 160, KvLayout = KvLayout.Shared });
        string[] prompts = [.. Enumerable.Range(0, 6).Select(i => $"There was once a {new[] { "fox", "hen", "mole" }[i % 3]} called {(char)('A' + i)}.")];
        var options = Greedy with { Guidance = new(Other) { Scale = 2 } };
        var expected = new List<string>();
        foreach (var prompt in prompts)
        {
            expected.Add((await roomy.CompleteAsync(prompt, options)).Text);
        }

        var found = await Task.WhenAll(prompts.Select(prompt => engine.CompleteAsync(prompt, options)));
        Assert.That(found.Select(completion => completion.Text), Is.EqualTo(expected));
        var metrics = engine.GetMetrics();
        Assert.That((metrics.CompletedRequests, metrics.RunningRequests), Is.EqualTo((6L, 0)));
    }

    [Test]
    public async Task GenerateAsync_GuidedWithFormAndBannedPhrases_HasBoth()
    {
        var engine = await TestEngines.TrainedAsync();
        var guidance = new Guidance(Other) { Scale = 2 };
        var form = await engine.CompleteAsync(
            Prompt, Greedy with { Guidance = guidance, Constraint = Constraint.Regex(@" [A-Z][a-z]{2,8} saw a [a-z]{3,9}\.") });
        Assert.That(form.Text, Does.Match(@"^ [A-Z][a-z]{2,8} saw a [a-z]{3,9}\.$"));
        var plain = await engine.CompleteAsync(Prompt, Greedy with { Guidance = guidance });
        var phrase = string.Join(' ', plain.Text.Split(' ')[3..6]);
        var banned = await engine.CompleteAsync(Prompt, Greedy with { Guidance = guidance, BannedPhrases = [phrase] });
        Assert.That(plain.Text, Does.Contain(phrase));
        Assert.That(banned.Text, Does.Not.Contain(phrase));
    }

    [Test]
    public async Task GenerateAsync_GuidedOnASequence_GoesOnFromIt()
    {
        var engine = await TestEngines.TrainedAsync();
        using var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync(Prompt);
        var options = Greedy with { Guidance = new(Other) { Scale = 2 } };
        var found = await sequence.CompleteAsync(options);
        Assert.That(found.Text, Is.EqualTo((await engine.CompleteAsync(Prompt, options)).Text));
        Assert.That(sequence.Tokens.TakeLast(found.Tokens.Length), Is.EqualTo(found.Tokens));
    }

    [Test]
    public async Task GenerateAsync_GuideFillsItsContext_EndsThere()
    {
        await using var engine = await LlamaCpp.LoadAsync(TinyModel.Path, new() { ContextSize = 64, MaxSequences = 2 });
        var guide = string.Concat(Enumerable.Repeat(Other + " ", 4));
        var length = engine.Tokenizer.Encode(guide).Length;
        var found = await engine.CompleteAsync(
            Prompt, new() { Sampling = new() { Temperature = 0, LogitBias = Ends(engine) }, Guidance = new(guide) { Scale = 1 } });
        Assert.That(found.FinishReason, Is.EqualTo(FinishReason.Length));
        Assert.That(found.Tokens, Has.Length.EqualTo(64 - length));
        Assert.That(
            () => engine.CompleteAsync(Prompt, new() { Guidance = new(string.Concat(Enumerable.Repeat(guide, 2))) }),
            Throws.InstanceOf<ContextFullException>());
    }

    [Test]
    public async Task GenerateAsync_BothFillTheCells_EndsThere()
    {
        await using var engine = await LlamaCpp.LoadAsync(
            TinyModel.Path, new() { ContextSize = 64, MaxSequences = 2, CacheTokens = 64, KvLayout = KvLayout.Shared });
        var (own, other) = (engine.Tokenizer.Encode(Prompt).Length, engine.Tokenizer.Encode(Other).Length);
        var found = await engine.CompleteAsync(
            Prompt, new() { Sampling = new() { Temperature = 0, LogitBias = Ends(engine) }, Guidance = new(Other) { Scale = 2 } });
        Assert.That((found.FinishReason, found.Tokens.Length), Is.EqualTo((FinishReason.Length, (64 - own - other) / 2)));
    }

    [Test]
    public async Task GenerateAsync_Cancelled_LeavesNothingBehind()
    {
        await using var engine = await LlamaCpp.LoadAsync(TinyModel.Path, new() { ContextSize = 128, MaxSequences = 4 });
        var options = Greedy with { Guidance = new(Other) { Scale = 2 } };
        var expected = (await engine.CompleteAsync(Prompt, options)).Text;
        for (var tokens = 1; tokens < 12; tokens++)
        {
            var seen = 0;
            await foreach (var token in engine.GenerateAsync(Prompt, options))
            {
                if (++seen == tokens)
                {
                    break;
                }
            }
        }

        Assert.That((await engine.CompleteAsync(Prompt, options)).Text, Is.EqualTo(expected));
        Assert.That(() => engine.GetMetrics().RunningRequests, Is.Zero.After(10_000, 10));
        Assert.That(engine.GetMetrics().CompletedRequests + engine.GetMetrics().CancelledRequests, Is.EqualTo(13));
    }

    [Test]
    public async Task GenerateAsync_WrongGuidance_SaysWhat()
    {
        var engine = await TestEngines.TrainedAsync();
        await using var narrow = await LlamaCpp.LoadAsync(TestEngines.TinyPath, new() { MaxSequences = 1 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => new Guidance(null!), Throws.ArgumentNullException);
            Assert.That(
                () => engine.CompleteAsync(Prompt, new() { Guidance = new(Other) { Scale = 101, Plausibility = float.NaN } }),
                Throws.ArgumentException.With.Message.Contains("Guidance.Scale was 101").And.Message.Contains("Guidance.Plausibility was NaN"));
            Assert.That(
                () => engine.CompleteAsync(Prompt, new() { Guidance = new(Other), Overflow = ContextOverflow.Shift(4) }),
                Throws.ArgumentException.With.Message.Contains("Shift"));
            Assert.That(
                () => engine.CompleteAsync(Prompt, new() { Guidance = new("") }),
                Throws.ArgumentException.With.Message.Contains("Guidance.Prompt is empty"));
            Assert.That(
                () => narrow.CompleteAsync("a", new() { Guidance = new("b") }),
                Throws.InstanceOf<NotSupportedException>().With.Message.Contains("MaxSequences is 1"));
        }
    }

    private static Dictionary<int, float> Ends(IInferenceEngine engine) => Enumerable.Range(0, engine.Tokenizer.VocabularySize)
        .Where(token => engine.Tokenizer.GetKind(token).HasFlag(TokenKinds.EndOfGeneration))
        .ToDictionary(token => token, _ => float.NegativeInfinity);

    private static async Task<Dictionary<int, float>> LikelyAsync(IInferenceEngine engine, List<int> tokens)
    {
        var options = new GenerationOptions { MaxTokens = 1, TopLogProbabilities = 100, Sampling = new() { Temperature = 0 } };
        await foreach (var token in engine.GenerateAsync(Tokens.Prompt.FromTokens([.. tokens]), options))
        {
            return token.LogProbabilities!.TopRaw.ToDictionary(likely => likely.Token, likely => likely.LogProbability);
        }

        throw new InvalidOperationException("Nothing came.");
    }
}
