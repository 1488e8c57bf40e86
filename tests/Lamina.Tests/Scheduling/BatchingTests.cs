using Lamina.Runtime;
using Lamina.Scheduling;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Scheduling;

/// <summary>How requests share the batches.</summary>
internal sealed class BatchingTests
{
    private const int PromptTokensBesideStreams = 8;

    [TestCase(1, 512)]
    [TestCase(3, 8)]
    [TestCase(4, 4)]
    [TestCase(4, 2048)]
    public async Task Generate_MoreRequestsThanSequences_EachGetsItsOwnAnswer(int sequences, int batchSize)
    {
        using var runtime = new FakeRuntime { Answer = prompt => $"[{prompt}]" + new string(prompt[0], prompt.Length % 7) };
        await using var engine = await runtime.StartEngineAsync(
            new() { MaxSequences = sequences, BatchSize = batchSize }, new StoppedClock()); // none comes before another
        var prompts = Enumerable.Range(0, 60).Select(i => $"{(char)('a' + (i % 26))}{new string('x', i % 13)}{i}").ToArray();
        var answers = await Task.WhenAll(prompts.Select(prompt => engine.ReadAllAsync($"{prompt}>")));
        for (var i = 0; i < prompts.Length; i++)
        {
            Assert.That(answers[i].Text(), Is.EqualTo(runtime.Answer!(prompts[i])));
        }

        var metrics = await IdleAsync(engine);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(metrics.CompletedRequests, Is.EqualTo(60));
            Assert.That(metrics.PromptTokens, Is.EqualTo(prompts.Sum(prompt => prompt.Length + 1)));
            Assert.That(metrics.Batches, Is.EqualTo(runtime.Batches.Count));
            Assert.That(metrics.GeneratedTokens, Is.EqualTo(answers.Sum(answer => answer.Count - 1)), "the last is not computed");
            Assert.That(metrics.FailedRequests + metrics.CancelledRequests, Is.Zero);
            Assert.That(runtime.Batches.Max(batch => batch.Tokens.Select(token => token.Sequence).Distinct().Count()),
                Is.EqualTo(sequences));
        }
    }

    [Test]
    public async Task Generate_QueuedRequests_StartInTheOrderInWhichTheyCame()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        using var gate = new ManualResetEventSlim();
        runtime.OnDecode = _ => gate.Wait(Eventually.Patience) ? null : throw new TimeoutException();
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 1 });
        var requests = new List<Task>();
        for (var i = 0; i < 6; i++)
        {
            requests.Add(engine.ReadAllAsync($"{i}>"));
            var queued = i;
            await Eventually.IsTrueAsync(() => engine.GetMetrics() is var now && now.QueuedRequests + now.RunningRequests == queued + 1);
        }

        gate.Set();
        await Task.WhenAll(requests);
        Assert.That(
            runtime.Batches.Where(batch => batch.Tokens[0].Position == 0).Select(batch => (char)batch.Tokens[0].Token),
            Is.EqualTo("012345"));
    }

    [Test]
    public async Task Generate_LongPromptsBesideAStream_NeverStallIt()
    {
        using var floodIsOn = new ManualResetEventSlim();
        using var runtime = new FakeRuntime { Answer = prompt => prompt.Length < 10 ? new string('s', 60) : "f" };
        runtime.OnDecode = batch => batch.Index < 1 || floodIsOn.Wait(Eventually.Patience) ? null : throw new TimeoutException();
        await using var engine = await InferenceEngine.LoadAsync(
            runtime,
            "fake.gguf",
            new() { MaxSequences = 4, BatchSize = 256, Generation = EngineCalls.Greedy },
            timeProvider: new StoppedClock());
        var stream = engine.ReadAllAsync("s>");
        await Eventually.IsTrueAsync(() => runtime.Batches.Count == 2);
        var flood = Enumerable.Range(0, 24).Select(i => engine.ReadAllAsync((char)('A' + i) + new string('p', 300) + ">")).ToArray();
        await Eventually.IsTrueAsync(() => engine.GetMetrics().QueuedRequests == 24);
        floodIsOn.Set();
        await Task.WhenAll([stream, .. flood]);

        var whileStreaming = runtime.Batches.Skip(1).Take(60).ToArray();
        foreach (var batch in whileStreaming)
        {
            using (Assert.EnterMultipleScope())
            {
                Assert.That(batch.Tokens.Count(token => token.Token == 's'), Is.EqualTo(1), $"batch {batch.Index}");
                Assert.That(batch.Tokens.Count(token => token.Token == 'p'), Is.AtMost(PromptTokensBesideStreams));
            }
        }

        Assert.That(
            whileStreaming.Skip(1).Count(batch => batch.Tokens.Count > PromptTokensBesideStreams),
            Is.GreaterThan(50),
            "and the flood goes on beside it");
        Assert.That(
            runtime.Batches.Skip(61).Max(batch => batch.Tokens.Count), Is.EqualTo(256), "alone, prompts fill the batch");
    }

    [TestCase(KvLayout.Shared)]
    [TestCase(KvLayout.PerSequence)]
    public async Task Generate_OneTokenLeftToCompute_JoinsTheStreamsAtOnce(KvLayout layout)
    {
        using var forksAreOn = new ManualResetEventSlim();
        using var runtime = new FakeRuntime { Answer = prompt => prompt.Length < 10 ? new string('s', 60) : "f" };
        runtime.OnDecode = batch =>
            batch.Index < 2 || forksAreOn.Wait(Eventually.Patience) ? null : throw new TimeoutException();
        await using var engine = await runtime.StartEngineAsync(
            new() { MaxSequences = 32, KvLayout = layout, ContextSize = 512 }, new StoppedClock());
        using var origin = await engine.OpenSequenceAsync();
        await origin.AppendAsync(new string('o', 40) + ">");
        var forks = origin.Fork(24);
        var stream = engine.ReadAllAsync("s>");
        await Eventually.IsTrueAsync(() => runtime.Batches.Count == 3);
        var flood = engine.ReadAllAsync(new string('p', 300) + ">");
        var others = forks.Select(fork => fork.CompleteAsync(EngineCalls.Greedy)).ToArray();
        await Eventually.IsTrueAsync(() => engine.GetMetrics().QueuedRequests == 25);
        forksAreOn.Set();
        await Task.WhenAll([stream, flood, .. others]);

        var next = runtime.Batches.ElementAt(3);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(next.Tokens.Count(token => token.Token == 'p'), Is.EqualTo(PromptTokensBesideStreams));
            Assert.That(next.Tokens.Count(token => token.Token == '>'), Is.EqualTo(24), "the last token of each fork");
        }
    }

    [Test]
    public async Task Generate_Batches_GoBySequence()
    {
        using var runtime = new FakeRuntime { Answer = prompt => new string('s', 3 * prompt.Length) };
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 3, BatchSize = 16 });
        await Task.WhenAll(Enumerable.Range(1, 15).Select(i => engine.ReadAllAsync(new string('p', 3 * i) + ">")));
        foreach (var batch in runtime.Batches)
        {
            Assert.That(batch.Tokens.Select(token => token.Sequence), Is.Ordered, $"batch {batch.Index}");
        }
    }

    [Test]
    public async Task Generate_AsManyStreamsAsTheBatchHolds_AllGoOn()
    {
        using var runtime = new FakeRuntime { Answer = prompt => new string(prompt[0], 20) };
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 8, BatchSize = 1, ContextSize = 64 });
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => engine.ReadAllAsync($"{(char)('a' + i)}pppp>")));
        Assert.That(answers.Select(answer => answer.Text()), Is.EqualTo(Enumerable.Range(0, 16).Select(i => new string((char)('a' + i), 20))));
    }

    [Test]
    public async Task Generate_OnlyTheLastPromptToken_HasAnOutput()
    {
        using var runtime = new FakeRuntime { Answer = _ => "" };
        await using var engine = await runtime.StartEngineAsync(new() { BatchSize = 10 });
        await engine.ReadAllAsync(new string('p', 24) + ">");
        var tokens = runtime.Batches.SelectMany(batch => batch.Tokens).ToArray();
        Assert.That(runtime.Batches.Select(batch => batch.Tokens.Count), Is.EqualTo([10, 10, 5]));
        Assert.That(tokens.Select(token => token.Output), Is.EqualTo([.. Enumerable.Repeat(false, 24), true]));
    }

    [Test]
    public async Task GetMetrics_NewEngine_IsAllZero()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(engine.GetMetrics(), Is.EqualTo(new EngineMetrics(0, 0, 0, 0, 0, 0, 0, 0)));
    }

    [Test]
    public async Task GetMetrics_WhileBusy_CountsRunningAndQueued()
    {
        using var gate = new ManualResetEventSlim();
        using var runtime = new FakeRuntime { Answer = _ => "a" };
        runtime.OnDecode = _ => gate.Wait(Eventually.Patience) ? null : throw new TimeoutException();
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 2 });
        var requests = Enumerable.Range(0, 5).Select(_ => engine.ReadAllAsync("x>")).ToArray();
        gate.Reset();
        await Eventually.IsTrueAsync(() => engine.GetMetrics() is var now && now.RunningRequests + now.QueuedRequests == 5);
        gate.Set();
        await Task.WhenAll(requests);
        await IdleAsync(engine);
    }

    private static async Task<EngineMetrics> IdleAsync(InferenceEngine engine)
    {
        await Eventually.IsTrueAsync(() => engine.GetMetrics() is { RunningRequests: 0, QueuedRequests: 0 });
        return engine.GetMetrics();
    }
}
