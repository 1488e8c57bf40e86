using Lamina.Runtime;
using Lamina.Scheduling;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

/// <summary>Requests that make way for others, and go on as if nothing had been.</summary>
internal sealed class ParkingTests
{
    private const int Requests = 64;
    private const int Context = 96;
    private const long Ample = 1 << 24;

    private static readonly GenerationOptions Plain = EngineCalls.Greedy;

    [Test]
    public async Task Generate_EightTimesTheSharedCells_AnswersAsAlone(
        [Values(0, 3000, Ample)] long hostBytes, [Values(24, 64)] int sequences)
    {
        using var gate = new ManualResetEventSlim();
        using var runtime = new FakeRuntime { Answer = Answer };
        runtime.OnDecode = _ => gate.Wait(Eventually.Patience) ? null : throw new TimeoutException();
        var prompts = Prompts(seed: 3);
        await using var engine = await runtime.StartEngineAsync(
            new()
            {
                ContextSize = Context,
                MaxSequences = sequences,
                KvLayout = KvLayout.Shared,
                CacheTokens = prompts.Sum(Tokens) / 8,
                HostCacheBytes = hostBytes,
                PrefixCache = false,
            },
            new StoppedClock());
        var answers = prompts.Select(prompt => engine.Queue($"{prompt}>")).ToArray();
        gate.Set();
        await AssertAllAnswerAsync(engine, prompts, answers);
        var metrics = engine.GetMetrics();
        var saves = runtime.Decoders.Single().Edits.GetValueOrDefault(nameof(IDecoder.SaveState));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(metrics.ParkedRequests, Is.Positive);
            Assert.That(saves, hostBytes == 0 ? Is.Zero : Is.Positive);
            Assert.That(metrics.ReusedTokens, hostBytes == 0 ? Is.Zero : Is.Positive);
        }
    }

    [Test]
    public async Task Generate_CellsThatBecomeFreeWhileOneWaitsForMore_GoToTheOneThatRuns([Range(1, 24)] int most)
    {
        const int context = 100;
        using var gate = new ManualResetEventSlim();
        using var runtime = new FakeRuntime { Answer = prompt => new string(prompt[0], 30) };
        var options = new EngineOptions
        {
            ContextSize = context,
            KvLayout = KvLayout.Shared,
            CacheTokens = context,
            Scheduling = new RankPolicy(request => request.PromptTokens switch { 90 => 1, 95 => 3, _ => 2 }),
        };
        await using var engine = await runtime.StartEngineAsync(options, new StoppedClock());
        using var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync("bbbb>");
        runtime.OnDecode = _ => gate.Wait(Eventually.Patience) ? null : throw new TimeoutException();

        // Its cells become idle, at one number of tokens or another just when the prompts have taken the others.
        var stream = sequence.CompleteAsync(Plain with { MaxTokens = most });
        await Eventually.IsTrueAsync(() => engine.GetMetrics().RunningRequests == 1);
        var first = engine.Queue(new string('a', 89) + ">", Plain with { MaxTokens = 2 });
        var last = engine.Queue(new string('c', 94) + ">", Plain with { MaxTokens = 2 });
        gate.Set();

        Assert.That((await stream).Text, Is.EqualTo(new string('b', most)));
        Assert.That((await first).Text(), Is.EqualTo("aa"));
        Assert.That((await last).Text(), Is.EqualTo("cc"));
    }

    [Test]
    public async Task Generate_FewSlotsAndPriorities_AnswersAsAlone(
        [Values(KvLayout.PerSequence, KvLayout.Shared)] KvLayout layout, [Values(0, Ample)] long hostBytes)
    {
        using var runtime = new FakeRuntime { Answer = Answer };
        var prompts = Prompts(seed: 4);
        await using var engine = await runtime.StartEngineAsync(
            new()
            {
                ContextSize = Context,
                MaxSequences = 3,
                KvLayout = layout,
                HostCacheBytes = hostBytes,
                PrefixCache = false,
                Scheduling = new PriorityPolicy(),
            },
            new StoppedClock());
        var answers = new List<Task<List<Token>>>();
        runtime.OnDecode = batch =>
        {
            if (batch.Index % 4 == 3 && answers.Count < Requests)
            {
                answers.Add(engine.Queue($"{prompts[answers.Count]}>", Plain with { Priority = answers.Count % 16 }));
            }

            return null;
        };
        await engine.ReadAllAsync("first>");
        await Eventually.IsTrueAsync(() => engine.GetMetrics() is { CompletedRequests: Requests + 1 });
        await AssertAllAnswerAsync(engine, prompts, answers, others: 1);
        var metrics = engine.GetMetrics();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(metrics.ParkedRequests, Is.GreaterThan(10));
            Assert.That(metrics.ReusedTokens, hostBytes == 0 ? Is.Zero : Is.Positive);
        }
    }

    [Test]
    public async Task Generate_OneOfTwoRunsOutOfCells_IsParkedOnceAndGoesOn([Values(0, Ample)] long hostBytes)
    {
        using var runtime = new FakeRuntime { Answer = prompt => new string(prompt[0], 60) };
        await using var engine = await runtime.StartEngineAsync(new()
        {
            ContextSize = 64,
            MaxSequences = 2,
            KvLayout = KvLayout.Shared,
            CacheTokens = 64,
            HostCacheBytes = hostBytes,
        });
        Task<List<Token>>? second = null;
        runtime.OnDecode = _ =>
        {
            second ??= engine.Queue("b>");
            return null;
        };
        var first = await engine.ReadAllAsync("a>");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Text(), Is.EqualTo(new string('a', 60)));
            Assert.That((await second!).Text(), Is.EqualTo(new string('b', 60)));
            Assert.That(engine.GetMetrics().ParkedRequests, Is.EqualTo(1));
            Assert.That(
                runtime.Batches.SkipWhile(batch => batch.Tokens.All(token => token.Token != 'b'))
                    .Select(batch => batch.Tokens.Count(token => token.Token == 'b')).Max(),
                hostBytes == 0 ? Is.GreaterThan(16) : Is.EqualTo(1),
                "computed again or not");
        }
    }

    [Test]
    public async Task Sequences_Idle_MakeWayAndGoOnLater(
        [Values(KvLayout.PerSequence, KvLayout.Shared)] KvLayout layout, [Values(0, Ample)] long hostBytes)
    {
        using var runtime = new FakeRuntime { Answer = Answer };
        await using var engine = await runtime.StartEngineAsync(new()
        {
            ContextSize = Context,
            MaxSequences = 3,
            KvLayout = layout,
            CacheTokens = layout == KvLayout.Shared ? Context : null,
            HostCacheBytes = hostBytes,
            PrefixCache = false,
        });
        var prompts = Enumerable.Range(0, 5).Select(i => new string((char)('A' + i), 30 + i)).ToArray();
        var sequences = new List<ISequence>();
        foreach (var prompt in prompts)
        {
            sequences.Add(await engine.OpenSequenceAsync());
            await sequences[^1].AppendAsync(prompt + ">");
        }

        Assert.That((await engine.ReadAllAsync("meanwhile>")).Text(), Is.EqualTo(Answer("meanwhile")));
        for (var i = 0; i < prompts.Length; i++)
        {
            Assert.That((await sequences[i].CompleteAsync()).Text, Is.EqualTo(Answer(prompts[i])), prompts[i]);
        }

        var metrics = engine.GetMetrics();
        var computed = metrics.PromptTokens - "meanwhile>".Length - prompts.Sum(prompt => prompt.Length + 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(metrics.ParkedRequests, Is.Zero, "none of them ran");
            Assert.That(computed, hostBytes == 0 ? Is.GreaterThan(60) : Is.Zero, "prompt tokens computed again");
        }

        sequences.ForEach(sequence => sequence.Dispose());
        await IdleAsync(engine);
    }

    [Test]
    public async Task Generate_CannotEverFit_FailsAtOnceThoughTheEngineIsBusy(
        [Values(KvLayout.PerSequence, KvLayout.Shared)] KvLayout layout)
    {
        using var gate = new ManualResetEventSlim();
        using var runtime = new FakeRuntime { Answer = Answer };
        runtime.OnDecode = _ => gate.Wait(Eventually.Patience) ? null : throw new TimeoutException();
        await using var engine = await runtime.StartEngineAsync(
            new() { ContextSize = Context, MaxSequences = 2, KvLayout = layout });
        await using var sequence = await engine.OpenSequenceAsync();
        var running = engine.Queue("running>");
        var tooLong = new string('x', Context) + ">";
        foreach (Func<Task> call in (Func<Task>[])
        [
            () => engine.ReadAllAsync(tooLong),
            () => sequence.AppendAsync(tooLong),
            () => engine.ScoreAsync(tooLong, "x"),
            () => engine.EmbedAsync([tooLong]),
        ])
        {
            var error = await Assert.ThrowsAsync<ContextFullException>(() => call().WaitAsync(Eventually.Patience));
            Assert.That(error!.ContextSize, Is.InRange(Context - 1, Context + 1));
            Assert.That(error.TokenCount, Is.GreaterThan(error.ContextSize));
        }

        Assert.That(running.IsCompleted, Is.False);
        gate.Set();
        Assert.That((await running).Text(), Is.EqualTo(Answer("running")));
        Assert.That(engine.GetMetrics().ParkedRequests, Is.Zero);
    }

    [Test]
    public async Task Generate_AsLongAsTheWholeSharedCache_RunsWhereOthersWait()
    {
        using var runtime = new FakeRuntime { Answer = _ => new string('z', Context) };
        await using var engine = await runtime.StartEngineAsync(
            new()
            {
                ContextSize = Context,
                MaxSequences = 4,
                KvLayout = KvLayout.Shared,
                CacheTokens = Context,
            },
            new StoppedClock());
        var answers = await Task.WhenAll("abcdef".Select(letter => engine.ReadAllAsync($"{letter}>")));
        Assert.That(answers.Select(answer => answer[^1].FinishReason), Is.All.EqualTo(FinishReason.Length));
        Assert.That(answers.Select(answer => answer.Text()), Is.All.EqualTo(new string('z', Context - 2)));
        await IdleAsync(engine);
    }

    /// <summary>Letters of which no run is like the one beside it, so that one lost or doubled shows.</summary>
    private static string Answer(string prompt) => string.Concat(Enumerable
        .Range(0, 20 + (prompt.Sum(letter => letter) % 40))
        .Select(i => (char)('a' + ((prompt.Length + (i * i * 7) + (i / 3)) % 26))));

    private static int Tokens(string prompt) => prompt.Length + 1 + Answer(prompt).Length;

    private static string[] Prompts(int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, Requests)
                .Select(i => string.Concat(Enumerable.Range(0, random.Next(3, 30)).Select(_ => (char)random.Next('A', 'Z'))) + i),
        ];
    }

    private static async Task AssertAllAnswerAsync(
        InferenceEngine engine, string[] prompts, IEnumerable<Task<List<Token>>> reading, int others = 0)
    {
        var answers = await Task.WhenAll(reading);
        using (Assert.EnterMultipleScope())
        {
            for (var i = 0; i < prompts.Length; i++)
            {
                Assert.That(answers[i].Text(), Is.EqualTo(Answer(prompts[i])), prompts[i]);
                Assert.That(answers[i][^1].Usage!.GeneratedTokens, Is.EqualTo(answers[i].Count), prompts[i]);
            }
        }

        await IdleAsync(engine);
        Assert.That(engine.GetMetrics().CompletedRequests, Is.EqualTo(prompts.Length + others));
    }

    private static Task IdleAsync(InferenceEngine engine) => Eventually.IsTrueAsync(
        () => engine.GetMetrics() is { RunningRequests: 0, QueuedRequests: 0, CellsInUse: 0 });
}
