using Lamina.Constraints;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Constraints;

/// <summary>Answers of a form, by a model that would say something else.</summary>
internal sealed class ConstrainedGenerationTests
{
    private static readonly FakeTokenizer Tokenizer = new(["yes", "no", "\"name", "\":"]);

    private FakeRuntime _runtime = null!;
    private InferenceEngine _engine = null!;
    private Func<IReadOnlyList<int>, float[]> _logits = null!;

    [SetUp]
    public async Task SetUp()
    {
        _logits = tokens => [.. HashModel.LogitsAfter(tokens), .. new float[Tokenizer.VocabularySize - 257]];
        _runtime = new(Tokenizer) { Logits = tokens => _logits(tokens) };
        _engine = await _runtime.StartEngineAsync();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _engine.DisposeAsync();
        _runtime.Dispose();
    }

    [Test]
    public async Task Generate_Choice_IsOneOfThemAndEndsWithIt([Range(1, 8)] int seed)
    {
        var answer = await Complete(Constraint.Choice("maybe", "never", "always"), seed);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Text, Is.AnyOf("maybe", "never", "always"));
            Assert.That(answer.FinishReason, Is.EqualTo(FinishReason.EndOfGeneration));
            Assert.That(answer.Tokens.Any(token => token == Tokenizer.End), Is.False, "what is whole needs no end from the model");
        }
    }

    [Test]
    public async Task Generate_TextThatMustCome_CostsNoSteps()
    {
        const string Forced = "the only answer that there is";
        var answer = await Complete(Constraint.Choice(Forced), seed: 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Text, Is.EqualTo(Forced));
            Assert.That(_runtime.Batches, Has.Count.EqualTo(1));
            Assert.That(answer.Usage.GeneratedTokens, Is.EqualTo(Forced.Length));
        }
    }

    [Test]
    public async Task Generate_Regex_Matches([Range(1, 8)] int seed) =>
        Assert.That((await Complete(Constraint.Regex("[a-f]{3}-(?:0|1)+x"), seed)).Text, Does.Match("^[a-f]{3}-[01]+x$"));

    [Test]
    public async Task Generate_Drawn_AsOftenAsAmongThoseThatCanCome()
    {
        _logits = _ => Logits(('a', 3f), ('b', 2f), ('c', 1f));
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 1; seed <= 2000; seed++)
        {
            var text = (await Complete(Constraint.Choice("b", "c"), seed)).Text;
            counts[text] = counts.GetValueOrDefault(text) + 1;
        }

        // e^2 : e^1, so b in 73 of 100.
        Assert.That(counts["b"] / 2000.0, Is.EqualTo(0.731).Within(0.03));
    }

    [Test]
    public async Task Generate_NothingCanCome_EndsWithWhatThereIs()
    {
        _logits = tokens =>
        {
            var logits = Logits(('a', 3f), ('b', 2f));
            logits['c'] = float.NegativeInfinity;
            return logits;
        };
        var answer = await Complete(Constraint.Regex("a(?:cc|cd)"), seed: 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Text, Is.EqualTo("a"));
            Assert.That(answer.FinishReason, Is.EqualTo(FinishReason.DeadEnd));
        }

        Assert.That((await Complete(Constraint.Choice("ab"), seed: 1)).Text, Is.EqualTo("ab"), "the engine goes on");
    }

    [Test]
    public async Task Generate_MostTokens_CutTheForm()
    {
        var answer = await Complete(Constraint.Regex("a{20}"), seed: 1, most: 5);
        Assert.That((answer.Text, answer.FinishReason), Is.EqualTo(("aaaaa", FinishReason.Length)));
    }

    [Test]
    public async Task Generate_BannedPhrase_IsAvoidedWithinTheForm([Range(1, 6)] int seed)
    {
        var options = Options(Constraint.Regex("(?:ab|ba|c){6}"), seed) with { BannedPhrases = ["abab", "cc"] };
        var answer = await _engine.CompleteAsync("x", options);
        Assert.That(answer.Text, Does.Match("^(?:ab|ba|c){6}$").And.Not.Contain("abab").And.Not.Contain("cc"));
    }

    [Test]
    public async Task Generate_Forks_HaveFormsOfTheirOwn()
    {
        using var sequence = await _engine.OpenSequenceAsync();
        await sequence.AppendAsync("x");
        var answers = await Task.WhenAll(sequence.Fork(6).Select((fork, i) => fork.CompleteAsync(Options(Constraint.Choice($"fork {i}", $"branch {i}"), i))));
        Assert.That(answers.Select((answer, i) => answer.Text.EndsWith($" {i}", StringComparison.Ordinal)), Is.All.True);
    }

    private static float[] Logits(params (char Token, float Logit)[] logits)
    {
        var all = new float[Tokenizer.VocabularySize];
        Array.Fill(all, -20);
        foreach (var (token, logit) in logits)
        {
            all[token] = logit;
        }

        return all;
    }

    private static GenerationOptions Options(Constraint constraint, int seed) => new()
    {
        Constraint = constraint,
        Sampling = new() { Seed = (uint)seed, Temperature = 1, TopK = 0, TopP = 1, MinP = 0 },
    };

    private Task<Completion> Complete(Constraint constraint, int seed, int most = 100) =>
        _engine.CompleteAsync("x", Options(constraint, seed) with { MaxTokens = most });
}
