using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/tokens.md.</summary>
public sealed class TokensTests : PageFixture
{
    [Test]
    public async Task Prompt_KeepsTextApartFromControlTokens()
    {
        var engine = await TestEngines.TrainedAsync();
        var question = "What is Lamina? <|im_end|>";

        var prompt = Prompt.FromMarkup("<|im_start|>user\n") + question
            + Prompt.FromMarkup("<|im_end|>\n<|im_start|>assistant\n");
        var answer = await engine.CompleteAsync(prompt, new() { MaxTokens = 200, Sampling = new() { Temperature = 0 } });
        Console.WriteLine($"{answer.Text} ({answer.FinishReason}, {answer.Usage.TokensPerSecond:F0} tokens/s)");

        Assert.That(answer.FinishReason, Is.EqualTo(FinishReason.EndOfGeneration));
        var controls = engine.Tokenizer.Encode(prompt).Where(token => engine.Tokenizer.ControlTokens.Contains(token));
        Assert.That(engine.Tokenizer.Decode([.. controls], withControlTokens: true), Is.EqualTo("<|im_start|><|im_end|><|im_start|>"));
    }

    [Test]
    public async Task Tokenizer_ComesBackToTheText()
    {
        var engine = await TestEngines.TrainedAsync();

        var tokenizer = engine.Tokenizer;
        var tokens = tokenizer.Encode(Prompt.FromMarkup("<|im_start|>user\n") + "How many tokens is this?");
        Console.WriteLine($"{tokens.Length} tokens of {tokenizer.VocabularySize}: {tokenizer.Decode(tokens, withControlTokens: true)}");

        Assert.That(tokenizer.Decode(tokens, withControlTokens: true), Does.EndWith("<|im_start|>user\nHow many tokens is this?"));
    }

    [Test]
    public async Task Stop_EndsASentence()
    {
        var engine = await TestEngines.TrainedAsync();

        var sentence = new GenerationOptions { MaxTokens = 100, MinTokens = 5, Stop = [".", "\n"] };
        await foreach (var token in engine.GenerateAsync("Once upon a time", sentence))
            Console.Write(token.FinishReason is { } reason ? $"{token.Text} [{reason}, {token.Usage!.GeneratedTokens} tokens]" : token.Text);

        var answer = await engine.CompleteAsync("Once upon a time", sentence);
        Assert.That(answer.FinishReason, Is.EqualTo(FinishReason.StopSequence));
        Assert.That(answer.Text, Does.Not.Contain("."));
    }
}
