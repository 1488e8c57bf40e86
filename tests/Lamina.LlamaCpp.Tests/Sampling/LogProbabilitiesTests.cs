using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Sampling;

/// <summary>Log-probabilities of generated tokens on a real model.</summary>
public sealed class LogProbabilitiesTests
{
    [Test]
    public async Task GenerateAsync_LogProbabilities_AreThoseOfScoring()
    {
        var engine = await TestEngines.TrainedAsync();
        using var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync("Once upon a time");
        using var fork = sequence.Fork();
        var tokens = new List<Token>();
        var options = new GenerationOptions { MaxTokens = 30, TopLogProbabilities = 5, Sampling = new() { Seed = 3 } };
        await foreach (var token in sequence.GenerateAsync(options))
        {
            tokens.Add(token);
        }

        var score = await fork.ScoreAsync(Prompt.FromTokens([.. tokens.Select(token => token.Id)]));
        var found = tokens.Select(token => token.LogProbabilities!).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                found.Select(one => one.Raw), Is.EqualTo(score.Tokens.Select(token => token.LogProbability!.Value)).Within(0.1));
            Assert.That(found.Select(one => one.TopRaw.Length), Is.All.EqualTo(5));
            Assert.That(found.Select(one => one.TopRaw.Sum(top => Math.Exp(top.LogProbability))), Is.All.LessThan(1.0001));
            Assert.That(found.Select(one => one.TopRaw), Is.All.Ordered.Descending.By("LogProbability"));
            Assert.That(found.Select(one => one.TopProcessed.Length), Is.All.InRange(1, 5));
            Assert.That(
                found.Zip(tokens).Where(pair => pair.First.TopProcessed.Length < 5),
                Is.All.Matches<(TokenLogProbabilities First, Token Second)>(pair =>
                    pair.First.TopProcessed.Contains(new(pair.Second.Id, pair.First.Processed))),
                "where all that was left is listed, the token is among it");
        }
    }
}
