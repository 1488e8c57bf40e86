using System.Text;
using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

/// <summary>What one stream gives: texts, finish reasons, usage.</summary>
internal sealed class GenerationTests
{
    private static GenerationOptions With(int? maxTokens = null, params string[] stop) =>
        EngineCalls.Greedy with { MaxTokens = maxTokens, Stop = stop };

    [Test]
    public async Task Generate_Answer_StreamsItsTokensInOrder()
    {
        using var runtime = new FakeRuntime(new(["Hel", "lo "])) { Answer = prompt => $"Hello {prompt}!" };
        await using var engine = await runtime.StartEngineAsync();
        var tokens = await engine.ReadAllAsync("you>");

        Assert.That(tokens.Select(token => token.Text), Is.EqualTo(["Hel", "lo ", "y", "o", "u", "!", ""]));
        Assert.That(tokens.SkipLast(1).All(token => token is { FinishReason: null, Usage: null }), Is.True);
        var last = tokens[^1];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(last.Id, Is.EqualTo(runtime.Tokenizer.End));
            Assert.That(last.FinishReason, Is.EqualTo(FinishReason.EndOfGeneration));
            Assert.That(last.Usage!.PromptTokens, Is.EqualTo(4));
            Assert.That(last.Usage.GeneratedTokens, Is.EqualTo(7));
            Assert.That(last.Usage.Duration, Is.GreaterThanOrEqualTo(last.Usage.TimeToFirstToken));
            Assert.That(last.Usage.TimeToFirstToken, Is.GreaterThan(TimeSpan.Zero));
        }
    }

    [Test]
    public async Task Generate_Token_ArrivesBeforeTheNextIsComputed()
    {
        using var next = new SemaphoreSlim(0);
        using var runtime = new FakeRuntime
        {
            Answer = _ => "abc",
            OnDecode = _ => next.Wait(Eventually.Patience) ? null : throw new TimeoutException(),
        };
        await using var engine = await runtime.StartEngineAsync();
        await using var stream = engine.GenerateAsync("x>").GetAsyncEnumerator();
        foreach (var expected in new[] { "a", "b", "c", "" })
        {
            next.Release();
            Assert.That(await stream.MoveNextAsync().AsTask().WaitAsync(Eventually.Patience), Is.True);
            Assert.That(stream.Current.Text, Is.EqualTo(expected));
        }

        Assert.That(await stream.MoveNextAsync(), Is.False);
    }

    [Test]
    public async Task Generate_MaxTokens_EndsByLength()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abcdef" };
        await using var engine = await runtime.StartEngineAsync();
        foreach (var most in new[] { 1, 3, 6 })
        {
            var tokens = await engine.ReadAllAsync("x>", With(most));
            Assert.That(tokens.Text(), Is.EqualTo("abcdef"[..most]));
            Assert.That(tokens, Has.Count.EqualTo(most));
            Assert.That(tokens[^1].FinishReason, Is.EqualTo(FinishReason.Length));
            Assert.That(tokens[^1].Usage!.GeneratedTokens, Is.EqualTo(most));
        }

        var whole = await engine.ReadAllAsync("x>", With(7));
        Assert.That(whole[^1].FinishReason, Is.EqualTo(FinishReason.EndOfGeneration), "the seventh token is the end");
    }

    [Test]
    public async Task Generate_ContextFull_EndsByLength()
    {
        using var runtime = new FakeRuntime { Answer = _ => new('a', 100) };
        await using var engine = await runtime.StartEngineAsync(new() { ContextSize = 10 });
        foreach (var prompt in new[] { ">", "12>", "12345678>" })
        {
            var tokens = await engine.ReadAllAsync(prompt);
            Assert.That(tokens[^1].FinishReason, Is.EqualTo(FinishReason.Length));
            Assert.That(tokens.Text(), Has.Length.EqualTo(10 - prompt.Length));
        }
    }

    [Test]
    public async Task Generate_PromptLongerThanContext_ThrowsWithFigures()
    {
        using var runtime = new FakeRuntime { Answer = _ => "ok" };
        await using var engine = await runtime.StartEngineAsync(new() { ContextSize = 10 });
        Assert.That(
            async () => await engine.ReadAllAsync("123456789>"),
            Throws.TypeOf<ContextFullException>()
                .With.Property(nameof(ContextFullException.TokenCount)).EqualTo(10)
                .And.Property(nameof(ContextFullException.ContextSize)).EqualTo(9));
        Assert.That((await engine.ReadAllAsync("x>")).Text(), Is.EqualTo("ok"));
    }

    [TestCase("The END is", "END", "The ")]
    [TestCase("The END", "END", "The ")]
    [TestCase("END", "END", "")]
    [TestCase("a日本b", "本", "a日")]
    [TestCase("a😀b", "😀", "a")]
    public async Task Generate_StopSequenceAcrossTokens_EndsBeforeIt(string answer, string stop, string expected)
    {
        using var runtime = new FakeRuntime { Answer = _ => answer };
        await using var engine = await runtime.StartEngineAsync();
        var tokens = await engine.ReadAllAsync("x>", With(null, stop, "never"));
        Assert.That(tokens.Text(), Is.EqualTo(expected));
        Assert.That(tokens[^1].FinishReason, Is.EqualTo(FinishReason.StopSequence));
        Assert.That(tokens[^1].Usage!.GeneratedTokens, Is.EqualTo(tokens.Count));
    }

    [Test]
    public async Task Generate_StopSequenceInsideAToken_DropsTheRestOfTheToken()
    {
        using var runtime = new FakeRuntime(new(["one.two", "three"])) { Answer = _ => "one.twothree" };
        await using var engine = await runtime.StartEngineAsync();
        Assert.That((await engine.ReadAllAsync("x>", With(null, "."))).Text(), Is.EqualTo("one"));
    }

    [Test]
    public async Task Generate_PartialStop_IsHeldBackAndReleased()
    {
        using var runtime = new FakeRuntime { Answer = _ => "aENbEN" };
        await using var engine = await runtime.StartEngineAsync();
        var tokens = await engine.ReadAllAsync("x>", With(null, "END"));
        Assert.That(tokens.Select(token => token.Text), Is.EqualTo(["a", "", "", "ENb", "", "", "EN"]));
        Assert.That(tokens[^1].FinishReason, Is.EqualTo(FinishReason.EndOfGeneration));
    }

    [Test]
    public async Task Generate_PartialStopAtTheLength_IsReleased()
    {
        using var runtime = new FakeRuntime { Answer = _ => "aEND" };
        await using var engine = await runtime.StartEngineAsync();
        var tokens = await engine.ReadAllAsync("x>", With(3, "END"));
        Assert.That(tokens.Text(), Is.EqualTo("aEN"));
        Assert.That(tokens[^1].FinishReason, Is.EqualTo(FinishReason.Length));
    }

    [Test]
    public async Task Generate_StopOnTheLastTokenAllowed_IsAStop()
    {
        using var runtime = new FakeRuntime { Answer = _ => "aEND" };
        await using var engine = await runtime.StartEngineAsync();
        var tokens = await engine.ReadAllAsync("x>", With(4, "END"));
        Assert.That((tokens.Text(), tokens[^1].FinishReason), Is.EqualTo(("a", FinishReason.StopSequence)));
    }

    [Test]
    public async Task Generate_CharacterInSeveralTokens_ComesWhole()
    {
        using var runtime = new FakeRuntime { Answer = _ => "é😀" };
        await using var engine = await runtime.StartEngineAsync();
        var tokens = await engine.ReadAllAsync("x>");
        Assert.That(tokens.Select(token => token.Text), Is.EqualTo(["", "é", "", "", "", "😀", ""]));
    }

    [Test]
    public async Task Generate_CutCharacterAtTheEnd_BecomesAReplacement()
    {
        using var runtime = new FakeRuntime { Answer = _ => "é😀" };
        await using var engine = await runtime.StartEngineAsync();
        Assert.That((await engine.ReadAllAsync("x>", With(4))).Text(), Is.EqualTo("é\uFFFD"));
    }

    [Test]
    public async Task Generate_ControlTokenInTheAnswer_HasNoText()
    {
        FakeTokenizer tokenizer = new(null, ("<think>", TokenKinds.None));
        using var runtime = new FakeRuntime(tokenizer) { AnswerTokens = _ => ['a', tokenizer["<think>"], 'b'] };
        await using var engine = await runtime.StartEngineAsync();
        var tokens = await engine.ReadAllAsync("x>");
        Assert.That(tokens.Select(token => token.Text), Is.EqualTo(["a", "", "b", ""]));
        Assert.That(tokens[1].Id, Is.EqualTo(tokenizer["<think>"]));
    }

    [Test]
    public async Task Generate_EmptyPrompt_IsRefusedUnlessTheModelHasABeginning()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(async () => await engine.ReadAllAsync(""), Throws.ArgumentException.With.Message.Contains("empty"));

        FakeTokenizer tokenizer = new() { Prefix = ['>'] };
        using var beginning = new FakeRuntime(tokenizer) { Answer = _ => "ok" };
        await using var other = await beginning.StartEngineAsync();
        Assert.That((await other.ReadAllAsync("")).Text(), Is.EqualTo("ok"));
    }

    [Test]
    public async Task Generate_UnknownToken_IsRefused()
    {
        using var runtime = new FakeRuntime { Answer = _ => "ok" };
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(
            async () => await engine.ReadAllAsync(Prompt.FromTokens(1, 1_000_000)),
            Throws.ArgumentException.With.Message.Contains("1000000"));
        Assert.That((await engine.ReadAllAsync("x>")).Text(), Is.EqualTo("ok"));
    }

    [Test]
    public async Task Generate_OptionsWithFaults_ListsThemAllAtOnce()
    {
        using var runtime = new FakeRuntime { Answer = _ => "ok" };
        await using var engine = await runtime.StartEngineAsync();
        var options = new GenerationOptions
        {
            MaxTokens = 0,
            Stop = ["x", ""],
            OnCancel = (CancellationBehavior)7,
            Sampling = new()
            {
                Temperature = float.NaN,
                TopP = -1,
                RepetitionPenalty = 0,
                LogitBias = new Dictionary<int, float> { [runtime.Tokenizer.VocabularySize] = 1 },
            },
        };
        Assert.That(
            () => engine.GenerateAsync("x>", options),
            Throws.ArgumentException
                .With.Message.Contains("MaxTokens was 0").And.Message.Contains("Stop ").And.Message.Contains("OnCancel was 7")
                .And.Message.Contains("Temperature was NaN").And.Message.Contains("TopP was -1")
                .And.Message.Contains("RepetitionPenalty was 0")
                .And.Message.Contains($"token {runtime.Tokenizer.VocabularySize};"));
        Assert.That((await engine.ReadAllAsync("x>")).Text(), Is.EqualTo("ok"));
    }

    [Test]
    public async Task Generate_NullsInOptions_AreFaults()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => engine.GenerateAsync(null!), Throws.ArgumentNullException);
            Assert.That(
                () => engine.GenerateAsync("x", new() { Stop = null!, Sampling = null! }),
                Throws.ArgumentException.With.Message.Contains("Stop was null").And.Message.Contains("Sampling was null"));
            Assert.That(() => engine.GenerateAsync("x", new() { Stop = [null!] }), Throws.ArgumentException);
            Assert.That(
                async () => await engine.ReadAllAsync("x", new() { Samplers = () => null! }),
                Throws.ArgumentException.With.Message.Contains("Samplers returned null"));
        }
    }

    [Test]
    public async Task Generate_ReadTwice_RunsAnewEachTime()
    {
        var answers = 0;
        using var runtime = new FakeRuntime { Answer = prompt => prompt };
        await using var engine = await runtime.StartEngineAsync();
        var stream = engine.GenerateAsync("again>", EngineCalls.Greedy with
        {
            Samplers = () =>
            {
                Interlocked.Increment(ref answers);
                return new([]);
            },
        });
        Assert.That(answers, Is.Zero, "a stream begins to run when it is read");
        for (var round = 1; round <= 2; round++)
        {
            var text = new StringBuilder();
            await foreach (var token in stream)
            {
                text.Append(token.Text);
            }

            Assert.That((text.ToString(), answers), Is.EqualTo(("again", round)));
        }
    }

    [Test]
    public async Task Generate_WithoutOptions_TakesTheEngines()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abcdef" };
        await using var engine = await runtime.StartEngineAsync(new() { Generation = With(2) });
        Assert.That((await engine.ReadAllAsync("x>")).Text(), Is.EqualTo("ab"));
        Assert.That((await engine.ReadAllAsync("x>", EngineCalls.Greedy)).Text(), Is.EqualTo("abcdef"));
    }

    [Test]
    public async Task Complete_Answer_IsTheWholeStream()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abEND" };
        await using var engine = await runtime.StartEngineAsync();
        var completion = await engine.CompleteAsync("x>", With(null, "END"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(completion.Text, Is.EqualTo("ab"));
            Assert.That(completion.Tokens, Is.EqualTo(runtime.Tokenizer.Split("abEND")));
            Assert.That(completion.FinishReason, Is.EqualTo(FinishReason.StopSequence));
            Assert.That(completion.Usage.GeneratedTokens, Is.EqualTo(5));
        }
    }

    [Test]
    public void TokensPerSecond_FewTokens_IsZero()
    {
        var usage = new Usage
        {
            PromptTokens = 1,
            GeneratedTokens = 5,
            TimeToFirstToken = TimeSpan.FromSeconds(1),
            Duration = TimeSpan.FromSeconds(3),
        };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(usage.TokensPerSecond, Is.EqualTo(2));
            Assert.That((usage with { GeneratedTokens = 1 }).TokensPerSecond, Is.Zero);
            Assert.That((usage with { Duration = TimeSpan.FromSeconds(1) }).TokensPerSecond, Is.Zero);
        }
    }
}
