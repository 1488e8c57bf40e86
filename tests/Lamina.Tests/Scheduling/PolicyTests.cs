using Lamina.Scheduling;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

/// <summary>Whose turn is next by each policy, and who makes way for whom.</summary>
internal sealed class PolicyTests
{
    private const int FloodLength = 120;

    private static readonly GenerationOptions Plain = EngineCalls.Greedy;

    [Test]
    public async Task FirstComeFirstServed_AnyOptions_KeepsTheOrder() => Assert.That(
        await StartsAsync(
            new FirstComeFirstServedPolicy(),
            Plain with { ExpectedTokens = 900 },
            Plain with { Priority = -5 },
            Plain with { ExpectedTokens = 1 },
            Plain with { Priority = 5 }),
        Is.EqualTo("abcd"));

    [Test]
    public async Task ShortestFirst_ExpectedTokens_ElseTheMostThatAreAllowed_DecideTheOrder() => Assert.That(
        await StartsAsync(
            new ShortestFirstPolicy(),
            Plain with { ExpectedTokens = 0 },
            Plain with { ExpectedTokens = 400 },
            Plain with { ExpectedTokens = 200 },
            Plain with { MaxTokens = 10 },
            Plain,
            Plain with { MaxTokens = 1000, ExpectedTokens = 0 }),
        Is.EqualTo("adfcbe"));

    [Test]
    public async Task Priority_HighestFirst_WithItsAgeCounted() => Assert.That(
        await StartsAsync(
            new PriorityPolicy(),
            Plain with { Priority = 9 },
            Plain,
            Plain with { Priority = 1 },
            Plain with { Priority = -1 },
            Plain with { Priority = 1 },
            Plain),
        Is.EqualTo("acebfd"));

    [Test]
    public void GetRank_BuiltInPolicies_CountSecondsAsDocumented()
    {
        var profile = new RequestProfile(TimeSpan.FromSeconds(7), Priority: 2, PromptTokens: 60, PredictedTokens: 40);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new FirstComeFirstServedPolicy().GetRank(profile), Is.EqualTo(7));
            Assert.That(new PriorityPolicy().GetRank(profile), Is.EqualTo(7 - 20));
            Assert.That(new PriorityPolicy(TimeSpan.FromSeconds(3)).GetRank(profile), Is.EqualTo(7 - 6));
            Assert.That(new ShortestFirstPolicy().GetRank(profile), Is.EqualTo(7 + 2).Within(1e-9));
            Assert.That(new ShortestFirstPolicy(10).GetRank(profile), Is.EqualTo(7 + 10).Within(1e-9));
            Assert.That(
                new ShortestFirstPolicy(1).GetRank(new(default, 0, int.MaxValue, int.MaxValue)),
                Is.EqualTo(2.0 * int.MaxValue),
                "no overflow");
        }
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void ShortestFirst_TokensPerSecondNotAboveZero_AreRefused(double tokensPerSecond) => Assert.That(
        () => new ShortestFirstPolicy(tokensPerSecond),
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("tokensPerSecondWaited"));

    [TestCase(0)]
    [TestCase(-1)]
    public void Priority_AgeingNotAboveZero_IsRefused(long ticks) => Assert.That(
        () => new PriorityPolicy(TimeSpan.FromTicks(ticks)),
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("ageing"));

    [TestCase(90, 1, Description = "a rank of 0.9 beside one of 1.0")]
    [TestCase(91, 0)]
    public async Task Generate_RankLowerThanOneThatRuns_ParksItFromATenthOn(int hundredths, int parked)
    {
        using var runtime = new FakeRuntime { Answer = prompt => new string(prompt[0], 12) };
        var policy = new RankPolicy(request => request.Priority / 100.0);
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 1, Scheduling = policy });
        Task<List<Token>>? second = null;
        runtime.OnDecode = batch =>
        {
            second ??= batch.Index == 2 ? engine.Queue("b>", Plain with { Priority = hundredths }) : null;
            return null;
        };
        var first = await engine.ReadAllAsync("a>", Plain with { Priority = 100 });
        Assert.That((await second!).Text(), Is.EqualTo(new string('b', 12)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Text(), Is.EqualTo(new string('a', 12)));
            Assert.That(engine.GetMetrics().ParkedRequests, Is.EqualTo(parked));
            Assert.That(
                runtime.Batches.Last().Tokens[^1].Token, Is.EqualTo(parked == 1 ? 'a' : 'b'), "which of them ends last");
        }
    }

    [Test]
    public async Task Generate_PolicyFails_FailsThatRequestOnly()
    {
        using var runtime = new FakeRuntime { Answer = prompt => new string(prompt[0], 12) };
        var mine = new InvalidDataException("mine");
        var policy = new RankPolicy(
            request => request.Priority == 1 ? double.NaN : request.Priority == 2 ? throw mine : request.Priority);
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 2, Scheduling = policy });
        var answers = "abcdefghi"
            .Select((letter, i) => engine.ReadAllAsync($"{letter}>", Plain with { Priority = i % 3 }))
            .ToArray();
        for (var i = 0; i < answers.Length; i++)
        {
            if (i % 3 == 0)
            {
                Assert.That((await answers[i]).Text(), Is.EqualTo(new string((char)('a' + i), 12)));
                continue;
            }

            var error = await Assert.CatchAsync<Exception>(() => answers[i]);
            Assert.That(error, i % 3 == 1
                ? Is.TypeOf<InvalidOperationException>().With.Message.Contains(nameof(RankPolicy))
                : Is.SameAs(mine));
        }

        await Eventually.IsTrueAsync(() => engine.GetMetrics() is
            { CompletedRequests: 3, FailedRequests: 6, RunningRequests: 0, QueuedRequests: 0, CellsInUse: 0 });
    }

    [Test]
    public async Task Append_PolicyFails_LeavesTheSequenceAsItWas()
    {
        using var runtime = new FakeRuntime { Answer = prompt => prompt };
        var rank = 0.0;
        await using var engine = await runtime.StartEngineAsync(
            new() { Scheduling = new RankPolicy(_ => Volatile.Read(ref rank)) });
        await using var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync("ab");
        Volatile.Write(ref rank, double.NaN);
        await Assert.ThrowsAsync<InvalidOperationException>(() => sequence.AppendAsync("xyz"));
        Volatile.Write(ref rank, 0);
        await sequence.AppendAsync("c>");
        Assert.That((await sequence.CompleteAsync()).Text, Is.EqualTo("abc"));
    }

    [Test]
    public async Task Generate_LowPriorityInAFloodOfHigher_IsServedOnceItIsOldEnough()
    {
        var flood = Plain with { Priority = 2 };
        Assert.That(await ServedBeforeAsync(new PriorityPolicy(), Plain, flood), Is.InRange(20, 24));
        Assert.That(
            await ServedBeforeAsync(new RankPolicy(request => -request.Priority), Plain, flood),
            Is.EqualTo(FloodLength),
            "and without ageing it waits for the end of the flood");
    }

    [Test]
    public async Task Generate_LongInAFloodOfShorter_IsServedOnceItIsOldEnough()
    {
        var (expected, flood) = (Plain with { ExpectedTokens = 30 }, Plain with { ExpectedTokens = 0 });
        Assert.That(await ServedBeforeAsync(new ShortestFirstPolicy(1), expected, flood), Is.InRange(30, 34));
        Assert.That(
            await ServedBeforeAsync(
                new RankPolicy(request => request.PromptTokens + request.PredictedTokens), expected, flood),
            Is.EqualTo(FloodLength),
            "and without ageing it waits for the end of the flood");
    }

    /// <summary>
    /// The order in which requests start, called a, b, c, … and a second apart; the first runs before others come.
    /// </summary>
    private static async Task<string> StartsAsync(ISchedulingPolicy policy, params GenerationOptions[] requests)
    {
        var clock = new ManualClock();
        using var gate = new ManualResetEventSlim();
        using var runtime = new FakeRuntime { Answer = prompt => prompt };
        runtime.OnDecode = _ => gate.Wait(Eventually.Patience) ? null : throw new TimeoutException();
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 1, Scheduling = policy }, clock);
        var answers = new List<Task<List<Token>>>();
        foreach (var options in requests)
        {
            answers.Add(engine.Queue($"{(char)('a' + answers.Count)}>", options));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        gate.Set();
        await Task.WhenAll(answers);
        return Starts(runtime);
    }

    /// <summary>
    /// Lets requests come faster than they can be served, one in each batch, which takes a second.
    /// </summary>
    /// <returns>How many of them are served before the one that comes third.</returns>
    private static async Task<int> ServedBeforeAsync(
        ISchedulingPolicy policy, GenerationOptions one, GenerationOptions flood)
    {
        var clock = new ManualClock();
        using var runtime = new FakeRuntime { Answer = _ => "aa" };
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 1, Scheduling = policy }, clock);
        var answers = new List<Task<List<Token>>>();
        runtime.OnDecode = _ =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            if (answers.Count < FloodLength)
            {
                answers.Add(answers.Count == 1 ? engine.Queue("o>", one) : engine.Queue("f>", flood));
            }

            return null;
        };
        await engine.ReadAllAsync("f>", flood);
        await Eventually.IsTrueAsync(() => engine.GetMetrics() is { CompletedRequests: FloodLength + 1 });
        Assert.That((await Task.WhenAll(answers)).Select(answer => answer.Text()), Is.All.EqualTo("aa"));
        return string.Concat(runtime.Batches.SelectMany(batch => batch.Tokens).Select(token => (char)token.Token))
            .Replace("a", "").Replace(">", "").IndexOf('o');
    }

    private static string Starts(FakeRuntime runtime) => string.Concat(runtime.Batches
        .SelectMany(batch => batch.Tokens)
        .Where(token => token.Position == 0)
        .Select(token => (char)token.Token)
        .Distinct());
}
