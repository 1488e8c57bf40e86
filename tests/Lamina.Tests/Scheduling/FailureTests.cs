using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

/// <summary>What fails fails alone, and the engine goes on.</summary>
internal sealed class FailureTests
{
    [Test]
    public async Task Generate_SamplerThrows_FailsItsOwnRequestOnly()
    {
        using var runtime = new FakeRuntime { Answer = prompt => new string(prompt[0], 20) };
        await using var engine = await runtime.StartEngineAsync();
        var mine = new InvalidDataException("mine");
        var calls = 0;
        var options = new GenerationOptions
        {
            Samplers = () => new(new ActionSampler(() => _ = ++calls == 3 ? throw mine : 0)),
        };
        var others = Enumerable.Range(0, 5).Select(i => engine.ReadAllAsync($"{i}>")).ToArray();
        var tokens = new List<string>();
        var thrown = await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (var token in engine.GenerateAsync("x>", options))
            {
                tokens.Add(token.Text);
            }
        });
        Assert.That(thrown, Is.SameAs(mine));
        Assert.That(tokens, Is.EqualTo(["x", "x"]), "what came before it is not lost");
        for (var i = 0; i < others.Length; i++)
        {
            Assert.That((await others[i]).Text(), Is.EqualTo(new string((char)('0' + i), 20)));
        }

        await Eventually.IsTrueAsync(() => engine.GetMetrics() is { FailedRequests: 1, CompletedRequests: 5, RunningRequests: 0 });
    }

    [Test]
    public async Task Generate_SamplersCannotBeMade_ThrowsThat()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(
            async () => await engine.ReadAllAsync("x>", new() { Samplers = () => throw new InvalidDataException("mine") }),
            Throws.TypeOf<InvalidDataException>());
        Assert.That((await engine.ReadAllAsync("x>")).Text(), Is.EqualTo("abc"));
    }

    [Test]
    public async Task Generate_NaNLogits_FailAsLaminaException()
    {
        using var runtime = new FakeRuntime { Logits = tokens => [.. new float[256], float.NaN] };
        await using var engine = await runtime.StartEngineAsync();
        foreach (var options in new[] { EngineCalls.Greedy, new() })
        {
            Assert.That(async () => await engine.ReadAllAsync("x>", options), Throws.TypeOf<LaminaException>());
        }
    }

    [Test]
    public async Task Decode_Throws_FailsTheRequestsOfThatBatchAndGoesOn()
    {
        var fault = new LaminaException("decode", "broken", nativeStatus: -3);
        await AssertBatchFailsAsync(_ => throw fault, exception => Assert.That(exception, Is.SameAs(fault)));
    }

    [Test]
    public async Task Decode_NoRoom_IsTriedWithFewerAndLosesNothing()
    {
        using var runtime = new FakeRuntime { Answer = prompt => new string(prompt[0], 20) };
        runtime.OnDecode = batch =>
            batch.Tokens.Select(token => token.Sequence).Distinct().Count() > 1 ? DecodeStatus.NoRoom : null;
        await using var engine = await runtime.StartEngineAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => engine.ReadAllAsync($"{i}>")));
        Assert.That(answers.Select(answer => answer.Text()[0]), Is.EqualTo("01234"));
        Assert.That(answers, Is.All.Count.EqualTo(21));
        await Eventually.IsTrueAsync(() => engine.GetMetrics() is { CompletedRequests: 5, FailedRequests: 0 });
    }

    [Test]
    public async Task Decode_NoRoomForOneAlone_FailsThatOne()
    {
        using var runtime = new FakeRuntime { Answer = prompt => new string(prompt[0], 20) };
        runtime.OnDecode = batch => batch.Tokens.Any(token => token.Token == 'x') ? DecodeStatus.NoRoom : null;
        await using var engine = await runtime.StartEngineAsync();
        var others = Enumerable.Range(0, 5).Select(i => engine.ReadAllAsync($"{i}>")).ToArray();
        Assert.That(
            async () => await engine.ReadAllAsync("x>"), Throws.TypeOf<LaminaException>().With.Message.Contains("room"));
        Assert.That(await Task.WhenAll(others), Is.All.Count.EqualTo(21));
        await Eventually.IsTrueAsync(() => engine.GetMetrics() is { CompletedRequests: 5, FailedRequests: 1 });
    }

    [Test]
    public Task Decode_AbortedThoughWanted_FailsTheRequestsOfThatBatchAndGoesOn() => AssertBatchFailsAsync(
        _ => DecodeStatus.Aborted,
        exception => Assert.That(exception, Is.TypeOf<LaminaException>().With.Message.Contains("abort")));

    [Test]
    public async Task CreateDecoder_Throws_FailsTheLoadAndFreesTheModel()
    {
        using var runtime = new FakeRuntime { OnCreateDecoder = _ => throw new LaminaException("create decoder", "no") };
        Assert.That(async () => await runtime.StartEngineAsync(), Throws.TypeOf<LaminaException>().With.Message.EqualTo("no"));
        Assert.That(runtime.Models.Single().Disposals, Is.EqualTo(1));
    }

    [Test]
    public async Task CreateDecoder_ThrowsForEmbeddings_FailsThatCallAndIsTriedAgain()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        runtime.OnCreateDecoder = options => _ = options.Embeddings ? throw new LaminaException("create decoder", "no") : 0;
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(async () => await engine.EmbedAsync(["x"]), Throws.TypeOf<LaminaException>().With.Message.EqualTo("no"));
        Assert.That((await engine.ReadAllAsync("x>")).Text(), Is.EqualTo("abc"));
        runtime.OnCreateDecoder = null;
        Assert.That(await engine.EmbedAsync(["x"]), Has.Count.EqualTo(1));
    }

    private static async Task AssertBatchFailsAsync(Func<FakeBatch, DecodeStatus?> fault, Action<Exception> check)
    {
        using var bothRun = new ManualResetEventSlim();
        using var runtime = new FakeRuntime { Answer = prompt => new string(prompt[0], 20) };
        var failed = 0;
        runtime.OnDecode = batch =>
        {
            // Two run beside each other and fail in the midst of their answers; a third waits.
            if (batch.Index == 0)
            {
                bothRun.Wait(Eventually.Patience);
            }

            return batch.Tokens is [{ Position: >= 6 }, { Position: >= 4 }] && Interlocked.Exchange(ref failed, 1) == 0
                ? fault(batch)
                : null;
        };
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 2 });
        var requests = new List<Task<List<Token>>>();
        foreach (var prompt in new[] { "a>", "b>", "c>" })
        {
            requests.Add(engine.ReadAllAsync(prompt));
            await Eventually.IsTrueAsync(() =>
                engine.GetMetrics() is var now && now.RunningRequests + now.QueuedRequests == requests.Count);
        }

        bothRun.Set();
        foreach (var request in requests.Take(2))
        {
            check((await Assert.CatchAsync<Exception>(async () => await request))!);
        }

        Assert.That((await requests[2]).Text(), Is.EqualTo(new string('c', 20)));
        Assert.That((await engine.ReadAllAsync("d>")).Text(), Is.EqualTo(new string('d', 20)));
        await Eventually.IsTrueAsync(() =>
            engine.GetMetrics() is { FailedRequests: 2, CompletedRequests: 2, RunningRequests: 0, QueuedRequests: 0 });
    }
}
