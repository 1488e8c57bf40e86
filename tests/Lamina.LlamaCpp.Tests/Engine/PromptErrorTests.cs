using Lamina.TestSupport;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Engine;

public sealed class PromptErrorTests
{
    [Test]
    public async Task GenerateAsync_PromptLongerThanTheContext_SaysHowLong()
    {
        var engine = await TestEngines.TinyAsync();

        var error = await Assert.ThrowsAsync<ContextFullException>(() => engine.CompleteAsync(new string('x', 600)));

        Assert.That(error!.TokenCount, Is.GreaterThan(600));
        Assert.That(error.ContextSize, Is.EqualTo(255));
    }

    [Test]
    public async Task GenerateAsync_EmptyPrompt_NeedsABeginning()
    {
        var withoutBos = await TestEngines.SmolAsync();
        var withBos = await TestEngines.TinyAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => withoutBos.CompleteAsync(""));
        Assert.That((await withBos.CompleteAsync("", new() { MaxTokens = 1 })).Usage.PromptTokens, Is.EqualTo(1));
    }

    [TestCase(-1)]
    [TestCase(262)]
    [TestCase(int.MaxValue)]
    public async Task GenerateAsync_TokenOutsideTheVocabulary_IsRefused(int token)
    {
        var engine = await TestEngines.TinyAsync();

        var error = await Assert.ThrowsAsync<ArgumentException>(() => engine.CompleteAsync(Prompt.FromTokens(5, token)));
        Assert.That(error!.Message, Does.Contain($"{token}").And.Contain("261"));
    }

    [Test]
    public async Task GenerateAsync_FaultyOptions_AreAllListedAtTheCall()
    {
        var engine = await TestEngines.TinyAsync();
        var options = new GenerationOptions
        {
            MaxTokens = 0,
            Stop = [""],
            OnCancel = (CancellationBehavior)9,
            Sampling = new() { Temperature = float.NaN, TopP = 2, LogitBias = new Dictionary<int, float> { [999] = 1 } },
        };

        var error = Assert.Throws<ArgumentException>(() => engine.GenerateAsync("x", options));

        Assert.That(error!.Message, Does.Contain("MaxTokens").And.Contain("Stop").And.Contain("OnCancel")
            .And.Contain("Temperature").And.Contain("TopP").And.Contain("999"));
        Assert.That((await engine.CompleteAsync("x", new() { MaxTokens = 1 })).Tokens, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_CancelledBeforeStart_ThrowsOrFinishes()
    {
        var engine = await TestEngines.TinyAsync();
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAsync<OperationCanceledException>(
            () => engine.CompleteAsync("x", cancellationToken: cancelled));
        var answer = await engine.CompleteAsync("x", new() { OnCancel = CancellationBehavior.Finish }, cancelled);
        Assert.That(answer.FinishReason, Is.EqualTo(FinishReason.Cancelled));
        Assert.That(answer.Tokens, Is.Empty);
    }

    [Test]
    public async Task GenerateAsync_Null_NamesTheArgument()
    {
        var engine = await TestEngines.TinyAsync();
        Assert.Throws<ArgumentNullException>(() => engine.GenerateAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => engine.ScoreAsync(null!));
        await Assert.ThrowsAsync<ArgumentException>(() => engine.ScoreAsync(""));
    }

    [TestCase("random-gemma3-swa64.gguf")]
    [TestCase("random-mamba.gguf")]
    [TestCase("random-lfm2-hybrid.gguf")]
    [TestCase("random-qwen3moe.gguf")]
    public async Task GenerateAsync_OtherKindsOfMemory_Run(string model)
    {
        await using var engine = await LlamaCpp.LoadAsync(
            TestModels.Require(model), new() { ContextSize = 256, MaxSequences = 3 });
        var options = new GenerationOptions { MaxTokens = 20, Sampling = new() { Seed = 1 } };

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            engine.CompleteAsync(string.Concat(Enumerable.Repeat("word ", 1 + (10 * i))), options)));

        Assert.That(answers.Select(answer => answer.Tokens.Length), Has.All.InRange(1, 20));
        Assert.That(engine.GetMetrics().FailedRequests, Is.Zero);
    }
}
