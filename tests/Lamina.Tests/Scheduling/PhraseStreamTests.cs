using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

/// <summary>Banned phrases in a stream: what is held back, what is ruled out, and what else an answer has.</summary>
internal sealed class PhraseStreamTests
{
    private static readonly FakeTokenizer Tokenizer = new(["a ", "tap", "estry", "tapestry", "rug", "tape"], ("<think>", TokenKinds.None));

    /// <summary>What the model would say after a text, best first; elsewhere it ends.</summary>
    private static readonly Dictionary<string, string[]> Model = new(StringComparer.Ordinal)
    {
        [""] = ["a "],
        ["a "] = ["tap", "tapestry", "tape", "rug"],
        ["a tap"] = ["estry", "<end>"],
        ["a tapestry"] = ["!"],
        ["a tape"] = ["!"],
        ["a tape!"] = ["<end>"],
        ["a rug"] = ["!"],
    };

    [Test]
    public async Task Generate_PhraseInSeveralTokens_RulesOutTheFirst()
    {
        using var runtime = Runtime();
        await using var engine = await runtime.StartEngineAsync();
        Assert.That((await engine.ReadAllAsync(">")).Text(), Is.EqualTo("a tapestry!"));
        var tokens = await engine.ReadAllAsync(">", Without("tapestry"));
        Assert.That(tokens.Select(token => token.Text), Is.EqualTo(["a ", "tape", "!", ""]), "in one token it is the same phrase");
        var shorter = await engine.ReadAllAsync(">", Without("tape"));
        Assert.That(shorter.Text(), Is.EqualTo("a rug!"));
    }

    [Test]
    public async Task Generate_PhraseInOneToken_ComputesNothingAgain()
    {
        using var runtime = Runtime();
        await using var engine = await runtime.StartEngineAsync();
        await engine.ReadAllAsync(">", Without("tap"));
        Assert.That(runtime.Computed(), Is.EqualTo(1 + 3), "the prompt, and each token of the answer but its end");
    }

    [Test]
    public async Task Generate_TextThatMayBecomeAPhrase_IsHeldBack()
    {
        using var runtime = new FakeRuntime { Answer = _ => "xabcabdé" };
        await using var engine = await runtime.StartEngineAsync();
        var pace = new List<(int Batches, string Text)>();
        await foreach (var token in engine.GenerateAsync(">", Without("abcabx", "éa")))
        {
            pace.Add((runtime.Batches.Count, token.Text));
        }

        Assert.That(pace.Select(one => one.Text), Is.EqualTo(["x", "a", "b", "c", "a", "b", "d", "", "é", ""]));
        Assert.That(pace[0].Batches, Is.LessThanOrEqualTo(pace[1].Batches));
        Assert.That(pace[1].Batches, Is.GreaterThanOrEqualTo(7), "no letter of 'abcab' came before the 'd'");
    }

    [Test]
    public async Task Generate_PhraseAroundAControlToken_IsFound()
    {
        using var runtime = new FakeRuntime(Tokenizer)
        {
            AnswerTokens = _ => ['x', 'a', Tokenizer["<think>"], 'b'],
        };
        await using var engine = await runtime.StartEngineAsync();
        var tokens = await engine.ReadAllAsync(">", Without("ab") with { MaxTokens = 4 });
        Assert.That(tokens[0].Text, Is.EqualTo("x"));
        Assert.That(tokens.Text(), Does.Not.Contain("ab"));
        Assert.That(tokens[1].Id, Is.Not.EqualTo('a'), "it began there");
    }

    [Test]
    public async Task Generate_CutCharacter_BelongsToThePhrase()
    {
        using var runtime = new FakeRuntime { Answer = _ => "été" };
        await using var engine = await runtime.StartEngineAsync();
        var tokens = await engine.ReadAllAsync(">", Without("té") with { MaxTokens = 5 });
        Assert.That(tokens.Text(), Does.StartWith("é").And.Not.Contain("té"));
        Assert.That(tokens[2].Id, Is.Not.EqualTo('t'));
    }

    [Test]
    public async Task Generate_EverythingRuledOut_SaysSo()
    {
        using var runtime = new FakeRuntime { Answer = _ => "ab" };
        await using var engine = await runtime.StartEngineAsync();
        var onlyA = Enumerable.Range(0, 257).Where(token => token != 'a').ToDictionary(token => token, _ => float.NegativeInfinity);
        var options = Without("aaa") with { Sampling = new() { Temperature = 0, LogitBias = onlyA } };
        var thrown = (await Assert.ThrowsAsync<LaminaException>(() => engine.ReadAllAsync(">", options)))!;
        Assert.That(thrown.Message, Does.Contain("No token is left after 0 of the answer: 1 led to a banned phrase"));
        Assert.That((await engine.ReadAllAsync(">")).Text(), Is.EqualTo("ab"), "the engine goes on");
    }

    [Test]
    public async Task Generate_Samplers_KnowTheAnswerAlone()
    {
        using var runtime = Runtime();
        await using var engine = await runtime.StartEngineAsync();
        List<int> seen = [];
        var options = Without("tapestry") with { Samplers = () => new(new RecordingSampler(accepted => seen = [.. accepted]), new GreedySampler()) };
        var tokens = await engine.ReadAllAsync(">", options);
        Assert.That(seen, Is.EqualTo(['>', .. tokens.SkipLast(1).Select(token => token.Id)]));
    }

    [Test]
    public async Task Generate_LogProbabilities_AreTheModelsWhateverIsRuledOut()
    {
        using var runtime = Runtime();
        await using var engine = await runtime.StartEngineAsync();
        var tokens = await engine.ReadAllAsync(">", Without("tap") with { TopLogProbabilities = 2 });
        var rug = tokens[1].LogProbabilities!;
        Assert.That(tokens[1].Text, Is.EqualTo("rug"));
        Assert.That(rug.TopRaw.Select(top => top.Token), Is.EqualTo([Tokenizer["tap"], Tokenizer["tapestry"]]));
        Assert.That(rug.Raw, Is.EqualTo(rug.TopRaw[0].LogProbability - 9).Within(1e-3));
    }

    [Test]
    public async Task Generate_MostTokensInAPhrase_ReleasesItsBeginning()
    {
        using var runtime = Runtime();
        await using var engine = await runtime.StartEngineAsync();
        var tokens = await engine.ReadAllAsync(">", Without("tapestry!") with { MaxTokens = 2 });
        Assert.That((tokens.Text(), tokens[^1].FinishReason), Is.EqualTo(("a tap", FinishReason.Length)));
    }

    [Test]
    public async Task Generate_TokensTakenBack_CountForNoPhrase()
    {
        string[] answer = ["a", "X", "b", "a", "X"];
        using var runtime = new FakeRuntime
        {
            // "aXbaX", or where that may not be "baX", which is no phrase though it would end one.
            Logits = tokens => tokens.Count == 1 ? Likely('a', 'b')
                : tokens.Count - (tokens[1] == 'a' ? 1 : -1) is var at && at < 5 ? Likely(answer[at][0]) : Likely(256),
        };
        await using var engine = await runtime.StartEngineAsync();
        Assert.That((await engine.ReadAllAsync(">")).Text(), Is.EqualTo("aXbaX"));
        Assert.That((await engine.ReadAllAsync(">", Without("aXbaX"))).Text(), Is.EqualTo("baX"));

        static float[] Likely(int best, int second = 0)
        {
            var logits = new float[257];
            (logits[second], logits[best]) = (20, 30);
            return logits;
        }
    }

    [Test]
    public async Task Generate_ContextShiftsWithinAPhrase_GoesBackNoFurtherAndTheSequenceIsRight()
    {
        using var runtime = HashModel.Create();
        await using var engine = await runtime.StartEngineAsync(new() { ContextSize = 20 });
        using var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync("beginning");
        using var fork = sequence.Fork();
        var shifting = EngineCalls.Greedy with { MaxTokens = 25, Overflow = ContextOverflow.Shift(keepTokens: 2) };
        var plain = (await fork.CompleteAsync(shifting)).Tokens;

        // The eleventh token fills the context: with it all is handed out, so that it is the twelfth that changes.
        var phrase = string.Concat(plain[9..13].Select(token => (char)token));
        var answer = await sequence.CompleteAsync(shifting with { BannedPhrases = [phrase] });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Tokens[..11], Is.EqualTo(plain[..11]));
            Assert.That(answer.Tokens[11], Is.Not.EqualTo(plain[11]));
            Assert.That(answer.Text, Does.Not.Contain(phrase));
            Assert.That(sequence, Has.Length.LessThan(20));
        }

        var next = HashModel.Next(sequence.Tokens);
        Assert.That((await sequence.CompleteAsync(shifting with { MaxTokens = 1 })).Tokens, Is.EqualTo([next]));
    }

    [TestCase("")]
    [TestCase(null)]
    public async Task Generate_EmptyPhrase_IsRefused(string? phrase)
    {
        using var runtime = Runtime();
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(
            () => engine.GenerateAsync(">", Without("a", phrase!)),
            Throws.ArgumentException.With.Message.Contains("BannedPhrases was null or held an empty text"));
    }

    private static GenerationOptions Without(params string[] phrases) => EngineCalls.Greedy with { BannedPhrases = phrases };

    private static FakeRuntime Runtime() => new(Tokenizer)
    {
        Logits = tokens =>
        {
            var logits = new float[Tokenizer.VocabularySize];
            var next = Model.GetValueOrDefault(Tokenizer.Decode([.. tokens.Skip(1)]), ["<end>"]);
            for (var i = 0; i < next.Length; i++)
            {
                logits[Tokenizer[next[i]]] = 30 - (3 * i);
            }

            return logits;
        },
    };
}
