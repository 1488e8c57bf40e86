using System.Text;
using Lamina.Sampling;
using Lamina.TestSupport;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Engine;

public sealed class GenerateTests
{
    private static readonly GenerationOptions Greedy = new() { MaxTokens = 12, Sampling = new() { Temperature = 0 } };

    private static Prompt Chat(string question) =>
        Prompt.FromMarkup("<|im_start|>user\n") + question
        + Prompt.FromMarkup("<|im_end|>\n<|im_start|>assistant\n");

    [Test]
    public async Task GenerateAsync_ChatQuestion_AnswersAndEnds()
    {
        var engine = await TestEngines.SmolAsync();

        var answer = await engine.CompleteAsync(Chat("What is the capital of France?"), Greedy with { MaxTokens = 60 });

        Assert.That(answer.Text, Does.Contain("Paris"));
        Assert.That(answer.Text, Does.Not.Contain("<|im_end|>"));
        Assert.That(answer.FinishReason, Is.EqualTo(FinishReason.EndOfGeneration));
        Assert.That(answer.Usage.GeneratedTokens, Is.EqualTo(answer.Tokens.Length));
    }

    [Test]
    public async Task GenerateAsync_Stream_TextsJoinToTheTokensText()
    {
        var engine = await TestEngines.SmolAsync();
        var text = new StringBuilder();
        var tokens = new List<Token>();

        await foreach (var token in engine.GenerateAsync("The weather today is", Greedy))
        {
            tokens.Add(token);
            text.Append(token.Text);
        }

        Assert.That(tokens, Has.Count.EqualTo(12));
        Assert.That(text.ToString(), Is.EqualTo(engine.Tokenizer.Decode([.. tokens.Select(token => token.Id)])));
        Assert.That(tokens.SkipLast(1).Select(token => token.FinishReason), Has.All.Null);
        Assert.That(tokens[^1].FinishReason, Is.EqualTo(FinishReason.Length));
        Assert.That(tokens[^1].Usage!.PromptTokens, Is.EqualTo(engine.Tokenizer.Encode("The weather today is").Length));
    }

    [Test]
    public async Task GenerateAsync_MoreRequestsThanSequences_EachGoesOnWithItsOwnPrompt()
    {
        var engine = await TestEngines.SmolAsync();
        (string Prompt, string Expected)[] series =
        [
            ("1, 2, 3, 4, 5, 6,", "7, 8"),
            ("5, 10, 15, 20, 25,", "30, 35"),
            ("A, B, C, D, E,", "F, G"),
            ("20, 21, 22, 23, 24,", "25, 26"),
            ("10, 20, 30, 40, 50,", "60, 70"),
            ("one, two, three, four, five,", "six, seven"),
            ("2, 4, 6, 8, 10,", "12, 14"),
            ("100, 101, 102, 103, 104,", "105, 106"),
        ];

        var answers = await Task.WhenAll(series.Select(item => engine.CompleteAsync(item.Prompt, Greedy)));

        Assert.Multiple(() =>
        {
            foreach (var (item, answer) in series.Zip(answers))
            {
                Assert.That(answer.Text, Does.Contain(item.Expected), item.Prompt);
            }
        });
        Assert.That(() => engine.GetMetrics().RunningRequests, Is.Zero.After(10_000, 5));
    }

    [Test]
    public async Task GenerateAsync_StopSequenceOverTokenBorders_EndsBeforeIt()
    {
        var engine = await TestEngines.SmolAsync();

        // ", 9, 1" begins and ends within tokens of their own: digits are single tokens here.
        var answer = await engine.CompleteAsync(
            "1, 2, 3, 4, 5, 6,", Greedy with { MaxTokens = 40, Stop = ["no such text", ", 9, 1"] });

        Assert.That(answer.FinishReason, Is.EqualTo(FinishReason.StopSequence));
        Assert.That(answer.Text, Is.EqualTo(" 7, 8"));
    }

    [Test]
    public async Task GenerateAsync_SameSeed_SameText()
    {
        var engine = await TestEngines.SmolAsync();
        var options = new GenerationOptions { MaxTokens = 24, Sampling = new() { Temperature = 1, Seed = 7 } };

        var first = await engine.CompleteAsync("My favourite animal is", options);
        var second = await engine.CompleteAsync("My favourite animal is", options);
        var other = await engine.CompleteAsync(
            "My favourite animal is", options with { Sampling = options.Sampling with { Seed = 8 } });

        Assert.That(second.Text, Is.EqualTo(first.Text));
        Assert.That(other.Text, Is.Not.EqualTo(first.Text));
    }

    [Test]
    public async Task GenerateAsync_CharacterOfSeveralTokens_ComesWhole()
    {
        var engine = await TestEngines.SmolAsync();
        var wanted = engine.Tokenizer.Encode("🦙 né");
        Assert.That(wanted, Has.Length.GreaterThan(4), "the emoji must be cut between tokens for this test to test");
        var options = new GenerationOptions { MaxTokens = wanted.Length, Samplers = () => new(new Dictated(wanted)) };

        var texts = new List<string>();
        await foreach (var token in engine.GenerateAsync("Llama:", options))
        {
            texts.Add(token.Text);
        }

        Assert.That(string.Concat(texts), Is.EqualTo("🦙 né"));
        Assert.That(texts, Has.Some.Empty, "parts of a character wait for the rest");
    }

    [Test]
    public async Task GenerateAsync_UserSampler_Decides()
    {
        var engine = await TestEngines.TinyAsync();
        var options = new GenerationOptions { MaxTokens = 3, Samplers = () => new(new Dictated([66, 67, 68])) };

        var answer = await engine.CompleteAsync("x", options);

        Assert.That(answer.Tokens, Is.EqualTo(new[] { 66, 67, 68 }));
    }

    [Test]
    public async Task GenerateAsync_LogitBias_ForbidsTheBestToken()
    {
        var engine = await TestEngines.SmolAsync();
        var best = (await engine.CompleteAsync("The capital of France is", Greedy with { MaxTokens = 1 })).Tokens[0];

        var sampling = new SamplingOptions
        {
            Temperature = 0,
            LogitBias = new Dictionary<int, float> { [best] = float.NegativeInfinity },
        };
        var other = await engine.CompleteAsync("The capital of France is", new() { MaxTokens = 1, Sampling = sampling });

        Assert.That(engine.Tokenizer.Decode([best]), Is.EqualTo(" Paris"));
        Assert.That(other.Tokens[0], Is.Not.EqualTo(best));
    }

    [Test]
    public async Task GenerateAsync_ContextFull_EndsWithLength()
    {
        await using var engine = await LlamaCpp.LoadAsync(
            TestEngines.TinyPath, new() { ContextSize = 20, MaxSequences = 1 });
        var options = new GenerationOptions { Samplers = () => new(new Dictated([70])) };

        var answer = await engine.CompleteAsync("abc", options);

        Assert.That(answer.FinishReason, Is.EqualTo(FinishReason.Length));
        Assert.That(answer.Usage.PromptTokens + answer.Usage.GeneratedTokens, Is.EqualTo(20));
    }

    [Test]
    public async Task GenerateAsync_CancelledMidway_ThrowsAndTheEngineGoesOn()
    {
        var engine = await TestEngines.SmolAsync();
        using var source = new CancellationTokenSource();
        var seen = 0;
        var endless = new GenerationOptions { Samplers = () => new(new Dictated([100])) };

        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (var token in engine.GenerateAsync("Count:", endless, source.Token))
            {
                if (++seen == 3)
                {
                    await source.CancelAsync();
                    await source.CancelAsync();
                }
            }
        });

        Assert.That(seen, Is.EqualTo(3));
        Assert.That((await engine.CompleteAsync("1, 2, 3, 4,", Greedy)).Text, Does.Contain("5, 6"));
    }

    [Test]
    public async Task GenerateAsync_CancelledInALongPrefill_AbortsTheComputation()
    {
        await using var engine = await LlamaCpp.LoadAsync(
            TestModels.Require(TestEngines.SmolName), new() { ContextSize = 4096, MaxSequences = 1, Threads = 1 });
        using var source = new CancellationTokenSource();
        var prompt = string.Concat(Enumerable.Repeat("a long story ", 1200));

        var stream = engine.CompleteAsync(
            prompt, new() { MaxTokens = 1, OnCancel = CancellationBehavior.Finish }, source.Token);
        while (engine.GetMetrics().RunningRequests == 0)
        {
            await Task.Yield();
        }

        // Now the first batch, of 2,048 tokens, is under way: seconds of work for one thread.
        await Task.Delay(100);
        await source.CancelAsync();
        var answer = await stream;

        Assert.That(answer.FinishReason, Is.EqualTo(FinishReason.Cancelled));
        Assert.That(answer.Usage.GeneratedTokens, Is.Zero);
        Assert.That((await engine.CompleteAsync("1, 2, 3, 4,", Greedy)).Text, Does.Contain("5, 6"));
        Assert.That(engine.GetMetrics().PromptTokens, Is.LessThan(1000), "not even the first batch was computed to its end");
    }

    [Test]
    public async Task Dispose_WithRunningStreams_EndsThemWithObjectDisposedException()
    {
        var engine = await LlamaCpp.LoadAsync(TestEngines.TinyPath, new() { MaxSequences = 2 });
        using var gate = new ManualResetEventSlim();
        var options = new GenerationOptions { Samplers = () => new(new Gated(gate), new Dictated([70])) };
        var streams = Enumerable.Range(0, 5).Select(_ => engine.CompleteAsync("abc", options)).ToArray();
        while (engine.GetMetrics() is var now && now.RunningRequests + now.QueuedRequests < streams.Length)
        {
            await Task.Yield();
        }

        var disposal = engine.DisposeAsync();
        gate.Set();
        await disposal;
        await engine.DisposeAsync();

        foreach (var stream in streams)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => stream);
        }

        Assert.Throws<ObjectDisposedException>(() => engine.GenerateAsync("x"));
    }

    /// <summary>Holds the decode loop until the test goes on.</summary>
    private sealed class Gated(ManualResetEventSlim gate) : ISampler
    {
        public void Apply(ref Candidates candidates) => gate.Wait(TimeSpan.FromSeconds(30));
    }

    /// <summary>Chooses given tokens in turn, and the last one for ever.</summary>
    private sealed class Dictated(int[] tokens) : ISampler
    {
        private int _next;

        public void Apply(ref Candidates candidates) =>
            candidates.Selected = candidates.IndexOf(tokens[Math.Min(_next++, tokens.Length - 1)]);

        public void Reset() => _next = 0;

        public ISampler Clone() => new Dictated(tokens) { _next = _next };
    }
}
