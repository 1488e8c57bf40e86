namespace Lamina.LlamaCpp.Tests.Sampling;

/// <summary>Samplers by name on a real model.</summary>
public sealed class SamplerOrderTests
{
    [Test]
    public async Task GenerateAsync_OrderOfLlamaCppsSamplers_SaysWhatTheyWouldSay()
    {
        var engine = await TestEngines.TrainedAsync();
        var regular = new GenerationOptions { MaxTokens = 40, Sampling = new() { TopP = 1, MinP = 0, Seed = 11 } };
        string[] order = ["top-k", "temperature", "distribution"];
        var named = regular with { Sampling = new() { Order = order, Seed = 11 } };
        var expected = await engine.CompleteAsync("Once upon a time", regular);
        Assert.That((await engine.CompleteAsync("Once upon a time", named)).Tokens, Is.EqualTo(expected.Tokens));

        var other = regular with { Sampling = new() { Order = ["top-k"], Seed = 11 } };
        Assert.That((await engine.CompleteAsync("Once upon a time", other)).Tokens, Is.Not.EqualTo(expected.Tokens));
    }
}
