using Lamina.Runtime;
using Lamina.Scheduling;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

/// <summary>Faults of a runtime, once and again and again, in each of its members.</summary>
internal sealed class FaultTests
{
    private const int FirstFaulty = 3;
    private const string Letters = "abcdef";

    private static readonly string[] Members =
    [
        nameof(IDecoder.Clear),
        nameof(IDecoder.Truncate),
        nameof(IDecoder.CanTruncate),
        nameof(IDecoder.RemoveRange),
        nameof(IDecoder.Share),
        nameof(IDecoder.GetLength),
        nameof(IDecoder.GetLogits),
        nameof(IDecoder.GetEmbedding),
        nameof(IDecoder.GetStateSize),
        nameof(IDecoder.SaveState),
        nameof(IDecoder.LoadState),
    ];

    public enum Kind
    {
        NoRoom,
        Aborted,
        Lamina,
        Arbitrary,
    }

    [Test]
    public async Task Decode_FailsOnce_FailsThatBatchAndNoOther(
        [Values] Kind kind, [Values(KvLayout.PerSequence, KvLayout.Shared)] KvLayout layout)
    {
        var fault = Fault(kind);
        FakeBatch? failed = null;
        using var runtime = new FakeRuntime { Answer = Answer };
        var (started, answers) = await StartAsync(runtime, layout, batch =>
        {
            if (batch.Index != FirstFaulty)
            {
                return null;
            }

            failed = batch;
            return Status(kind) ?? throw fault;
        });
        await using var engine = started;
        var isHit = Letters.ToDictionary(
            letter => letter, letter => kind != Kind.NoRoom && failed!.Tokens.Any(token => token.Token == letter));
        foreach (var (letter, answer) in Letters.Zip(answers))
        {
            await AssertEndsAsync(answer, letter, isHit[letter] ? kind : null, fault);
        }

        Assert.That(isHit.Values.Count(hit => hit), kind == Kind.NoRoom ? Is.Zero : Is.EqualTo(2));
        await AssertWorksAsync(engine, Letters.Length, isHit.Values.Count(hit => hit));
    }

    [Test]
    public async Task Decode_FailsAlways_FailsEachRequestUntilItIsMended(
        [Values] Kind kind, [Values(KvLayout.PerSequence, KvLayout.Shared)] KvLayout layout)
    {
        var fault = Fault(kind);
        using var runtime = new FakeRuntime { Answer = Answer };
        var (started, answers) = await StartAsync(
            runtime, layout, batch => batch.Index < FirstFaulty ? null : Status(kind) ?? throw fault);
        await using var engine = started;
        foreach (var (letter, answer) in Letters.Zip(answers))
        {
            await AssertEndsAsync(answer, letter, kind, fault);
        }

        runtime.OnDecode = null;
        await AssertWorksAsync(engine, Letters.Length, Letters.Length);
    }

    [Test]
    public async Task Decode_NoRoomAndTheFirstIsCancelled_TheOthersGoOn()
    {
        using var cancellation = new CancellationTokenSource();
        using var runtime = new FakeRuntime { Answer = Answer };
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 2 });
        Task<List<Token>>? second = null;
        runtime.OnDecode = batch =>
        {
            if (batch.Index == 0)
            {
                second = engine.Queue("b>");
            }

            if (batch.Index != FirstFaulty)
            {
                return null;
            }

            cancellation.Cancel();
            return DecodeStatus.NoRoom;
        };
        await Assert.CatchAsync<OperationCanceledException>(() => engine.ReadAllAsync("a>", cancellation: cancellation.Token));
        Assert.That((await second!).Text(), Is.EqualTo(Answer("b")));
    }

    [Test]
    public async Task Clear_FailsForTheSecondOfTwoThatEndTogether_EngineGoesOn()
    {
        using var runtime = new FakeRuntime { Answer = prompt => Answer(prompt) + (prompt is "a" ? "a" : "") };
        var clears = 0;
        runtime.OnCall = called => _ = called is nameof(IDecoder.Clear) && ++clears == 2 ? throw Fault(Kind.Lamina) : 0;
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 2 });
        Task<List<Token>>? second = null;
        runtime.OnDecode = _ =>
        {
            second ??= engine.Queue("b>");
            return null;
        };
        Assert.That((await engine.ReadAllAsync("a>")).Text(), Is.EqualTo(runtime.Answer!("a")));
        Assert.That((await second!).Text(), Is.EqualTo(Answer("b")));
        await AssertWorksAsync(engine, requests: 2, failed: 0);
        Assert.That(clears, Is.EqualTo(4), "the one that failed was tried again");
    }

    [Test]
    public async Task Decode_NoRoomAndNothingCanMakeWay_LeavesTheOtherWhole()
    {
        using var runtime = new FakeRuntime { Answer = Answer };
        var hasNoRoom = false;
        var fault = Fault(Kind.Arbitrary);
        runtime.OnCall = called =>
        {
            if (hasNoRoom && called is nameof(IDecoder.Clear))
            {
                hasNoRoom = false;
                throw fault;
            }
        };
        var (started, answers) = await StartAsync(runtime, KvLayout.PerSequence, batch =>
        {
            hasNoRoom |= batch.Index == FirstFaulty;
            return hasNoRoom ? DecodeStatus.NoRoom : null;
        });
        await using var engine = started;
        await AssertEndsAsync(answers[0], Letters[0], Kind.Arbitrary, fault);
        Assert.That(
            (await Task.WhenAll(answers[1..])).Select(answer => answer.Text()),
            Is.EqualTo(Letters[1..].Select(letter => Answer($"{letter}"))));
        await AssertWorksAsync(engine, Letters.Length, failed: 1);
    }

    [Test]
    public async Task Park_StatesCannotBeCopied_ComputesAgainWithoutLoss(
        [Values(
            nameof(IDecoder.SaveState),
            nameof(IDecoder.LoadState),
            nameof(IDecoder.GetStateSize),
            nameof(IDecoder.Truncate))]
        string member,
        [Values(KvLayout.PerSequence, KvLayout.Shared)] KvLayout layout)
    {
        using var runtime = new FakeRuntime { Answer = Answer };
        var faults = 0;
        runtime.OnCall = called => _ = member.Equals(called, StringComparison.Ordinal) && ++faults > 0 ? throw Fault(Kind.Lamina) : 0;
        await using var engine = await runtime.StartEngineAsync(
            new() { MaxSequences = 2, ContextSize = 128, KvLayout = layout, Scheduling = new PriorityPolicy() },
            new StoppedClock());
        var prompts = Enumerable.Range(0, 20).Select(i => "the same beginning of them all, " + (char)('A' + i)).ToArray();
        var answers = new List<Task<List<Token>>>();
        runtime.OnDecode = batch =>
        {
            if (batch.Index % 5 == 4 && answers.Count < prompts.Length)
            {
                var options = EngineCalls.Greedy with { Priority = answers.Count % 3 };
                answers.Add(engine.Queue($"{prompts[answers.Count]}>", options));
            }

            return null;
        };
        await engine.ReadAllAsync("first>");
        await Eventually.IsTrueAsync(() => engine.GetMetrics().CompletedRequests == prompts.Length + 1);
        Assert.That((await Task.WhenAll(answers)).Select(answer => answer.Text()), Is.EqualTo(prompts.Select(Answer)));
        var isShared = layout == KvLayout.Shared && member is nameof(IDecoder.Truncate);
        Assert.That(faults > 0, Is.Not.EqualTo(isShared), "whether it was called: what is shared is never too long");
    }

    [Test]
    public async Task Decoder_AnyMemberFails_EndsEveryOperationAndSaysWhy(
        [ValueSource(nameof(Members))] string member,
        [Values(Kind.Lamina, Kind.Arbitrary)] Kind kind,
        [Values] bool isAlways,
        [Values(KvLayout.PerSequence, KvLayout.Shared)] KvLayout layout)
    {
        var fault = Fault(kind);
        using var runtime = new FakeRuntime { Answer = Answer };
        await using var engine = await runtime.StartEngineAsync(new()
        {
            MaxSequences = 3,
            ContextSize = 64,
            KvLayout = layout,
            CacheTokens = layout == KvLayout.Shared ? 96 : null,
            Scheduling = new PriorityPolicy(),
        });
        var faults = 0;
        if (member is nameof(IDecoder.GetLength))
        {
            runtime.OnDecode = batch => batch.Index == FirstFaulty ? throw fault : null; // else it is not called
        }

        runtime.OnCall = called => _ = member.Equals(called, StringComparison.Ordinal) && Interlocked.Increment(ref faults) is var count && (isAlways || count == 1) ? throw fault : 0;
        var mix = new FaultMix(engine, Answer);
        var errors = await mix.RunAsync().WaitAsync(Eventually.Patience);
        Assert.That(faults > 0, Is.EqualTo(member is not nameof(IDecoder.Share) || layout == KvLayout.Shared), "whether it was called");
        foreach (var error in errors)
        {
            Assert.That(error, Is.SameAs(fault).Or.Property(nameof(Exception.InnerException)).SameAs(fault));
        }

        runtime.OnCall = null;
        if (await Record(() => engine.ReadAllAsync("works>")) is { } end)
        {
            Assert.That(end, Is.TypeOf<LaminaException>().With.InnerException.SameAs(fault));
            Assert.That(errors, Is.Not.Empty);
        }

        await Eventually.IsTrueAsync(() => engine.GetMetrics() is { RunningRequests: 0, QueuedRequests: 0, CellsInUse: 0 });
        await engine.DisposeAsync().AsTask().WaitAsync(Eventually.Patience);
    }

    private static string Answer(string prompt) => new(prompt[^1], prompt[^1] == 'l' ? 100 : 20);

    private static Exception Fault(Kind kind) =>
        kind == Kind.Lamina ? new LaminaException("decode", "mine", nativeStatus: -1) : new InvalidDataException("mine");

    private static DecodeStatus? Status(Kind kind) => kind switch
    {
        Kind.NoRoom => DecodeStatus.NoRoom,
        Kind.Aborted => DecodeStatus.Aborted,
        _ => null,
    };

    /// <summary>Starts an engine of two sequences, with a request for each letter from the first batch on.</summary>
    private static async Task<(InferenceEngine Engine, Task<List<Token>>[] Answers)> StartAsync(
        FakeRuntime runtime, KvLayout layout, Func<FakeBatch, DecodeStatus?> decode)
    {
        using var gate = new ManualResetEventSlim();
        var engine = await runtime.StartEngineAsync(new() { MaxSequences = 2, KvLayout = layout });
        runtime.OnDecode = batch => batch.Index > 0 || gate.Wait(Eventually.Patience) ? decode(batch) : throw new TimeoutException();
        var answers = Letters.Select(letter => engine.Queue($"{letter}>")).ToArray();
        gate.Set();
        await Task.WhenAny(Task.WhenAll(answers), Task.Delay(Eventually.Patience));
        return (engine, answers);
    }

    private static async Task AssertEndsAsync(Task<List<Token>> answer, char letter, Kind? kind, Exception fault)
    {
        if (kind is null)
        {
            Assert.That((await answer).Text(), Is.EqualTo(Answer($"{letter}")));
            return;
        }

        var error = await Assert.CatchAsync<Exception>(() => answer);
        Assert.That(error, kind switch
        {
            Kind.NoRoom => Is.TypeOf<LaminaException>().With.Message.Contains("room"),
            Kind.Aborted => Is.TypeOf<LaminaException>().With.Message.Contains("abort"),
            _ => Is.SameAs(fault),
        });
    }

    private static async Task AssertWorksAsync(InferenceEngine engine, int requests, int failed)
    {
        Assert.That((await engine.ReadAllAsync("works>")).Text(), Is.EqualTo(Answer("works")));
        await Eventually.IsTrueAsync(() => engine.GetMetrics() is { RunningRequests: 0, QueuedRequests: 0, CellsInUse: 0 });
        var metrics = engine.GetMetrics();
        Assert.That(
            (metrics.CompletedRequests, metrics.FailedRequests, metrics.CancelledRequests),
            Is.EqualTo((requests + 1 - failed, failed, 0)));
    }

    private static async Task<Exception?> Record(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
