using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

/// <summary>Log-probabilities of a stream's tokens.</summary>
internal sealed class LogProbabilityTests
{
    [Test]
    public async Task Generate_NotAskedFor_AreNull()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        await using var engine = await runtime.StartEngineAsync();
        Assert.That((await engine.ReadAllAsync("x>")).Select(token => token.LogProbabilities), Is.All.Null);
    }

    [Test]
    public async Task Generate_HashModel_AreThoseOfItsLogits()
    {
        using var runtime = HashModel.Create();
        await using var engine = await runtime.StartEngineAsync();
        var tokens = await engine.ReadAllAsync(
            "beginning", new() { MaxTokens = 40, TopLogProbabilities = 3, Sampling = new() { Temperature = 4, Seed = 1 } });
        List<int> before = [.. "beginning".Select(letter => (int)letter)];
        foreach (var token in tokens)
        {
            var found = token.LogProbabilities!;
            Assert.That(found.Raw, Is.EqualTo(HashModel.LogProbability(before, token.Id)).Within(1e-4));
            Assert.That(found.Processed, Is.InRange(-10, 0));
            Assert.That(found.TopRaw, Has.Length.EqualTo(3));
            Assert.That(found.TopRaw[0].Token, Is.EqualTo(HashModel.Next(before)));
            before.Add(token.Id);
        }

        Assert.That(tokens.Select(token => token.LogProbabilities!.Raw).Distinct().Count(), Is.GreaterThan(20));
        Assert.That(tokens[^1].FinishReason, Is.EqualTo(FinishReason.Length), "the last element has its own too");
    }

    [Test]
    public async Task Generate_TokensWithoutText_CarryTheirOwn()
    {
        using var runtime = new FakeRuntime { Answer = _ => "😀END" };
        await using var engine = await runtime.StartEngineAsync();
        var tokens = await engine.ReadAllAsync("x>", EngineCalls.Greedy with { TopLogProbabilities = 1, Stop = ["END"] });
        Assert.That(tokens.Select(token => token.Text), Is.EqualTo(["", "", "", "😀", "", "", ""]));
        Assert.That(tokens.Select(token => token.LogProbabilities!.TopRaw[0].Token), Is.EqualTo(tokens.Select(token => token.Id)));
    }

    [TestCase(-1)]
    [TestCase(101)]
    public async Task Generate_CountOutOfRange_IsRefused(int count)
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(
            () => engine.GenerateAsync("x>", new() { TopLogProbabilities = count }),
            Throws.ArgumentException.With.Message.Contains($"TopLogProbabilities was {count}; it must be from 0 to 100"));
    }
}
