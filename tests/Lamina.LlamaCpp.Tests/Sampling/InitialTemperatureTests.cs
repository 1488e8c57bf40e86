using Lamina.Sampling;

namespace Lamina.LlamaCpp.Tests.Sampling;

/// <summary>FIRE sampling on a real model.</summary>
public sealed class InitialTemperatureTests
{
    [Test]
    public async Task GenerateAsync_InitialTemperature_VariesTheFirstTokenAlone()
    {
        var engine = await TestEngines.TrainedAsync();
        var cold = new SamplingOptions { TopK = 16, TopP = 1, MinP = 0, Temperature = 0.01f };
        Assert.That((await FirstTokensAsync(null)).Distinct().Count(), Is.EqualTo(1));
        Assert.That((await FirstTokensAsync(30)).Distinct().Count(), Is.GreaterThan(6));

        async Task<List<int>> FirstTokensAsync(float? initial)
        {
            var first = new List<int>();
            for (var seed = 0u; seed < 20; seed++)
            {
                var isFirst = true;
                var sampling = cold with { InitialTemperature = initial, Seed = seed };
                GenerationOptions options = new() { MaxTokens = 8, TopLogProbabilities = 1, Sampling = sampling };
                await foreach (var token in engine.GenerateAsync("Once upon", options))
                {
                    if (isFirst)
                    {
                        first.Add(token.Id);
                    }
                    else
                    {
                        var found = token.LogProbabilities!;
                        Assert.That(found.Raw, Is.GreaterThan(found.TopRaw[0].LogProbability - 0.2f), "cold: as good as the best");
                    }

                    isFirst = false;
                }
            }

            return first;
        }
    }
}
