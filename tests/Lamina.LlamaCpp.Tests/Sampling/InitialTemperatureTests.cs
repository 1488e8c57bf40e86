namespace Lamina.LlamaCpp.Tests.Sampling;

/// <summary>FIRE sampling on a real model.</summary>
public sealed class InitialTemperatureTests
{
    [Test]
    public async Task GenerateAsync_InitialTemperature_VariesTheFirstTokenAlone()
    {
        var engine = await TestEngines.TrainedAsync();
        var cold = new GenerationOptions { MaxTokens = 8, Sampling = new() { TopK = 16, TopP = 1, MinP = 0, Temperature = 0.01f } };
        var (regular, hot) = (await FirstTokensAsync(null), await FirstTokensAsync(30));
        Assert.That(regular.Distinct().Count(), Is.EqualTo(1));
        Assert.That(hot.Distinct().Count(), Is.GreaterThan(6));

        async Task<List<int>> FirstTokensAsync(float? initial)
        {
            var first = new List<int>();
            for (var seed = 0u; seed < 20; seed++)
            {
                using var sequence = await engine.OpenSequenceAsync();
                await sequence.AppendAsync("Once upon a time there was a");
                var options = cold with { Sampling = cold.Sampling with { InitialTemperature = initial, Seed = seed } };
                var start = await sequence.CompleteAsync(options with { MaxTokens = 1 });
                first.Add(start.Tokens[0]);

                // From there on it is the answer that a cold start with that token has.
                using var fork = sequence.Fork();
                sequence.Rewind(sequence.Length - 1);
                var whole = await sequence.CompleteAsync(options);
                var rest = await fork.CompleteAsync(cold with { MaxTokens = 7 });
                Assert.That(whole.Tokens, Is.EqualTo([start.Tokens[0], .. rest.Tokens]));
            }

            return first;
        }
    }
}
