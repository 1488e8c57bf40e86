using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

/// <summary>What is read once and not again, in each layout and for each kind of memory.</summary>
[TestFixtureSource(typeof(HashModel), nameof(HashModel.Everywhere))]
internal sealed class PrefixReuseTests(KvLayout layout, MemoryKind memory)
{
    private static readonly string Beginning = string.Concat(Enumerable.Repeat("what they share ", 8));

    private FakeRuntime _runtime = null!;
    private InferenceEngine _engine = null!;

    private bool CanCut => memory == MemoryKind.Attention;

    [SetUp]
    public async Task SetUp()
    {
        _runtime = HashModel.Create(memory);
        _engine = await StartAsync(new());
    }

    [TearDown]
    public async Task TearDown()
    {
        await _engine.DisposeAsync();
        _runtime.Dispose();
    }

    [Test]
    public async Task NextTurn_OfAConversation_ReadsOnlyWhatIsNew()
    {
        var first = await AnswerAsync(Beginning);
        var batches = _runtime.Batches.Count;
        var second = await AnswerAsync(Beginning + first.Text + "and?");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Usage.CachedTokens, Is.Zero);
            Assert.That(second.Usage.PromptTokens, Is.EqualTo(Beginning.Length + 4 + 4));
            Assert.That(second.Usage.CachedTokens, Is.EqualTo(Beginning.Length + 3), "all but the answer's last token");
            Assert.That(_runtime.Computed(batches), Is.EqualTo(1 + 4 + 3));
            Assert.That(
                _engine.GetMetrics(),
                Has.Property("PrefixLookups").EqualTo(2).And.Property("PrefixHits").EqualTo(1)
                    .And.Property("ReusedTokens").EqualTo(Beginning.Length + 3));
        }
    }

    [Test]
    public async Task Fork_ThatIsDisposedOfWhileItsOriginIsThere_IsNotSaved()
    {
        using var origin = await _engine.OpenSequenceAsync();
        await origin.AppendAsync(Beginning);
        var fork = origin.Fork();
        await fork.CompleteAsync(EngineCalls.Greedy with { MaxTokens = 2 });
        var saved = 0;
        _runtime.OnCall = member => saved += string.Equals(member, nameof(IDecoder.SaveState), StringComparison.Ordinal) ? 1 : 0;
        fork.Dispose();
        await origin.AppendAsync("more"); // its turn comes after the fork's end
        Assert.That(saved, Is.Zero);
    }

    [Test]
    public async Task LongerState_ServesAShorterMatchWhereItCanBeCut()
    {
        await AnswerAsync(Beginning + "one");
        var other = await AnswerAsync(Beginning + "two");
        var shorter = await AnswerAsync(Beginning[..60]);
        Assert.That(other.Usage.CachedTokens, Is.EqualTo(CanCut ? Beginning.Length : 0));
        Assert.That(shorter.Usage.CachedTokens, Is.EqualTo(CanCut ? 59 : 0), "the last is computed for its logits");
    }

    [Test]
    public async Task ShortMatch_IsComputedAgain()
    {
        await AnswerAsync(Beginning[..11]);
        var again = await AnswerAsync(Beginning[..11] + HashText(Beginning[..11], 4) + "!");
        Assert.That(again.Usage.CachedTokens, Is.Zero, "fewer than 16 are not worth a copy");
    }

    [Test]
    public async Task Tenants_DoNotSeeEachOther()
    {
        foreach (var tenant in new[] { null, "a", "b", "" })
        {
            var batches = _runtime.Batches.Count;
            var completion = await AnswerAsync(Beginning, tenant);
            Assert.That(completion.Usage.CachedTokens, Is.Zero, $"tenant {tenant}");
            Assert.That(_runtime.Computed(batches), Is.EqualTo(Beginning.Length + 3), $"tenant {tenant}");
        }

        var turn = Beginning + HashText(Beginning, 4);
        Assert.That((await AnswerAsync(turn, "b")).Usage.CachedTokens, Is.EqualTo(turn.Length - 1));
        Assert.That((await AnswerAsync(turn, "A")).Usage.CachedTokens, Is.Zero);
    }

    [Test]
    public async Task Tenants_DoNotShareWhatRuns([Values] bool ofSequence)
    {
        using var sequence = await _engine.OpenSequenceAsync(new() { Tenant = ofSequence ? "a" : null });
        await sequence.AppendAsync(Beginning);
        await using var stream = _engine
            .GenerateAsync(Beginning, EngineCalls.Greedy with { Tenant = "a", MaxTokens = 300 })
            .GetAsyncEnumerator();
        Assert.That(await stream.MoveNextAsync(), Is.True);
        var turn = Beginning + HashText(Beginning, 1) + "x";
        var batches = _runtime.Batches.Count; // the stream may be over, and its slot the other's
        var other = await AnswerAsync(turn, "b");
        Assert.That(other.Usage.CachedTokens, Is.Zero);
        Assert.That(PromptTokensComputed(turn, batches), Is.EqualTo(turn.Length), "all of them in one sequence");
    }

    [Test]
    public async Task Tenants_DoNotWaitForEachOther()
    {
        var (first, second) = await TwoAtOnceAsync("a", "b");
        Assert.That((first.Usage.CachedTokens, second.Usage.CachedTokens), Is.EqualTo((0, 0)));
        Assert.That(_engine.GetMetrics().PromptTokens, Is.EqualTo((2 * (Beginning.Length + 2)) + 1));
    }

    [Test]
    public async Task Concurrent_WithOneBeginning_ReadItOnce()
    {
        var (first, second) = await TwoAtOnceAsync("a", "a");
        var cached = first.Usage.CachedTokens + second.Usage.CachedTokens;
        Assert.That(cached, CanCut ? Is.EqualTo(Beginning.Length) : Is.LessThan(Beginning.Length), "where it is cut");
        Assert.That(_engine.GetMetrics().PromptTokens, Is.EqualTo((2 * (Beginning.Length + 2)) + 1 - cached));
    }

    [Test]
    public async Task PrefixCacheOff_FinishedRequestsServeNobody()
    {
        await using var engine = await StartAsync(new() { PrefixCache = false });
        foreach (var _ in Enumerable.Range(0, 2))
        {
            Assert.That((await AnswerAsync(Beginning, engine: engine)).Usage.CachedTokens, Is.Zero);
            Assert.That((await AnswerAsync(Beginning + HashText(Beginning, 4), engine: engine)).Usage.CachedTokens, Is.Zero);
        }

        Assert.That(engine.GetMetrics(), Has.Property("PrefixHits").Zero.And.Property("ReusedTokens").Zero);
    }

    /// <summary>A state takes 1,024 bytes of the pool's, and 4 for each of its 132 tokens.</summary>
    [Test]
    public async Task HostCacheBytes_Full_EvictsTheLeastRecentlyUsed()
    {
        await using var engine = await StartAsync(new() { HostCacheBytes = 3 * 1600 });
        foreach (var name in "abc")
        {
            await AnswerAsync(name + Beginning, engine: engine);
        }

        Assert.That(await CachedAsync('a'), Is.GreaterThan(Beginning.Length), "and now it was used last");
        await AnswerAsync('d' + Beginning, engine: engine);
        Assert.That(await CachedAsync('a'), Is.GreaterThan(Beginning.Length));
        Assert.That(await CachedAsync('b'), Is.Zero);

        async Task<int> CachedAsync(char name)
        {
            var text = name + Beginning;
            text += HashText(text, 4);
            var options = EngineCalls.Greedy with { MaxTokens = 1 };
            return (await engine.CompleteAsync(text, options)).Usage.CachedTokens;
        }
    }

    [TestCase(0)]
    [TestCase(600)]
    public async Task HostCacheBytes_TooFewForAState_KeepsNone(int bytes)
    {
        await using var engine = await StartAsync(new() { HostCacheBytes = bytes });
        await AnswerAsync(Beginning, engine: engine);
        Assert.That((await AnswerAsync(Beginning + HashText(Beginning, 4), engine: engine)).Usage.CachedTokens, Is.Zero);
    }

    [Test]
    public async Task FailedRequest_LeavesNothingBehind()
    {
        await using var engine = await StartAsync(new() { BatchSize = 70 });
        var first = _runtime.Batches.Count;
        _runtime.OnDecode = batch => batch.Index == first + 1 ? throw new LaminaException("decode", "no luck") : null;
        Assert.That(async () => await AnswerAsync(Beginning, engine: engine), Throws.TypeOf<LaminaException>());
        Assert.That((await AnswerAsync(Beginning, engine: engine)).Usage.CachedTokens, Is.Zero);
        Assert.That(engine.GetMetrics().PrefixHits, Is.Zero);
    }

    [Test]
    public async Task DisposedSequence_ServesTheNext()
    {
        using (var sequence = await _engine.OpenSequenceAsync(new() { Tenant = "a" }))
        {
            await sequence.AppendAsync(Beginning);
        }

        Assert.That((await AnswerAsync(Beginning, "b")).Usage.CachedTokens, Is.Zero);
        Assert.That((await AnswerAsync(Beginning, "a")).Usage.CachedTokens, Is.EqualTo(Beginning.Length - 1));
    }

    [Test]
    public async Task TrimmedSequence_ServesNobodyWithWhatItDidNotReadLikeThat()
    {
        if (!CanCut)
        {
            return; // it cannot be trimmed; EngineSequenceTests say so
        }

        var sequence = await _engine.OpenSequenceAsync();
        await sequence.AppendAsync("x" + Beginning + "y");
        sequence.Trim(41..42);
        var text = string.Concat(sequence.Tokens.Select(token => (char)token));
        await sequence.CompleteAsync(EngineCalls.Greedy with { MaxTokens = 1 });
        Assert.That((await AnswerAsync(text)).Usage.CachedTokens, Is.EqualTo(41), "while it is there");
        await using var engine = await StartAsync(new());
        using var state = await sequence.GetStateAsync();
        using (var other = await engine.OpenSequenceAsync())
        {
            other.SetState(state);
            await other.CompleteAsync(EngineCalls.Greedy with { MaxTokens = 1 });
        }

        Assert.That((await AnswerAsync(text, engine: engine)).Usage.CachedTokens, Is.LessThanOrEqualTo(41), "once it is gone");
        await sequence.DisposeAsync();
    }

    private static string HashText(string after, int count) =>
        string.Concat(HashModel.Continue(after.Select(letter => (int)letter), count).Select(token => (char)token));

    private Task<InferenceEngine> StartAsync(EngineOptions options) =>
        _runtime.StartEngineAsync(options with { KvLayout = layout, ContextSize = 500, MaxSequences = 4 });

    /// <summary>Four tokens, which are right.</summary>
    private async Task<Completion> AnswerAsync(string prompt, string? tenant = null, InferenceEngine? engine = null)
    {
        var completion = await (engine ?? _engine)
            .CompleteAsync(prompt, EngineCalls.Greedy with { MaxTokens = 4, Tenant = tenant })
            .WaitAsync(Eventually.Patience);
        Assert.That(completion.Text, Is.EqualTo(HashText(prompt, 4)));
        return completion;
    }

    /// <summary>Two requests that are there before anything is computed.</summary>
    private async Task<(Completion First, Completion Second)> TwoAtOnceAsync(string tenant, string otherTenant)
    {
        using var gate = new ManualResetEventSlim();
        _runtime.OnDecode = _ => gate.Wait(Eventually.Patience) ? null : throw new TimeoutException();
        var blocking = AnswerAsync("!", "z");
        await Eventually.IsTrueAsync(() => !_runtime.Batches.IsEmpty);
        var (first, second) = (AnswerAsync(Beginning + "1a", tenant), AnswerAsync(Beginning + "2b", otherTenant));
        await Eventually.IsTrueAsync(() => _engine.GetMetrics().QueuedRequests == 2);
        gate.Set();
        await blocking;
        return (await first, await second);
    }

    /// <summary>The most tokens of a prompt that were computed in one slot.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="from">The first batch to look at.</param>
    private int PromptTokensComputed(string prompt, int from = 0) => _runtime.Batches.Skip(from)
        .SelectMany(batch => batch.Tokens)
        .Where(token => token.Position < prompt.Length && token.Token == prompt[token.Position])
        .GroupBy(token => token.Sequence)
        .Max(group => group.Count());
}
