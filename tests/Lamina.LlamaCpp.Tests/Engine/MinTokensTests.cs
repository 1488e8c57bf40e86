using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Engine;

/// <summary>Answers of a least length on a real model.</summary>
public sealed class MinTokensTests
{
    [Test]
    public async Task GenerateAsync_LeastBeyondTheAnswer_GoesOn()
    {
        var engine = await TestEngines.TrainedAsync();
        var options = new GenerationOptions { MaxTokens = 500, Sampling = new() { Temperature = 0 } };
        var whole = await engine.CompleteAsync("Once upon a time", options);
        Assert.That(whole.FinishReason, Is.EqualTo(FinishReason.EndOfGeneration), whole.Text);

        var least = whole.Tokens.Length + 10;
        var longer = await engine.CompleteAsync("Once upon a time", options with { MinTokens = least });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(longer.Tokens, Has.Length.GreaterThanOrEqualTo(least));
            Assert.That(longer.Text, Does.StartWith(whole.Text));
        }
    }
}
