using Lamina.Runtime;
using Lamina.Sequences;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Sequences;

/// <summary>What each member of <see cref="ISequence"/> gives, in each layout and for each kind of memory.</summary>
[TestFixtureSource(typeof(HashModel), nameof(HashModel.Everywhere))]
internal sealed class EngineSequenceTests(KvLayout layout, MemoryKind memory)
{
    private const string Text = "A beginning of more than sixteen tokens";
    private static readonly int[] Start = [.. Text.Select(letter => (int)letter)];

    private FakeRuntime _runtime = null!;
    private InferenceEngine _engine = null!;
    private ISequence _sequence = null!;

    private bool CanCut => memory == MemoryKind.Attention;

    [SetUp]
    public async Task SetUp()
    {
        _runtime = HashModel.Create(memory);
        _engine = await _runtime.StartEngineAsync(new() { KvLayout = layout, ContextSize = 200 });
        _sequence = await _engine.OpenSequenceAsync();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _sequence.DisposeAsync();
        await _engine.DisposeAsync();
        _runtime.Dispose();
    }

    [Test]
    public async Task Append_Parts_ReadsEachTokenOnce()
    {
        await _sequence.AppendAsync(Prompt.Empty);
        Assert.That(_sequence, Has.Length.Zero);
        foreach (var part in new[] { Text[..1], Text[1..20], Text[20..] })
        {
            await _sequence.AppendAsync(part);
        }

        Assert.That(_sequence.Tokens, Is.EqualTo(Start));
        Assert.That(_sequence, Has.Length.EqualTo(Start.Length));
        Assert.That(await AnswerAsync(_sequence, 5), Is.EqualTo(HashModel.Continue(Start, 5)));
        Assert.That(_sequence.Tokens, Is.EqualTo(Start.Concat(HashModel.Continue(Start, 5))));
        Assert.That(_runtime.Computed(), Is.EqualTo(_sequence.Length - 1), "the last token waits for what follows it");
    }

    [Test]
    public async Task Append_ModelWithBeginning_AddsItToTheEmptySequenceOnly()
    {
        using var runtime = HashModel.Create(memory, new() { Prefix = [1] });
        await using var engine = await runtime.StartEngineAsync(new() { KvLayout = layout });
        using var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync("ab");
        await sequence.AppendAsync(Prompt.Empty);
        await sequence.AppendAsync("c");
        Assert.That((await sequence.ScoreAsync("d")).Tokens, Has.Length.EqualTo(1));
        Assert.That(sequence.Tokens, Is.EqualTo([1, 'a', 'b', 'c']));
    }

    [Test]
    public async Task Generate_LeftEarly_KeepsWhatWasRead()
    {
        var expected = HashModel.Continue(Start, 12);
        await _sequence.AppendAsync(Text);
        var read = new List<int>();
        await foreach (var token in _sequence.GenerateAsync())
        {
            read.Add(token.Id);
            Assert.That(_sequence.Tokens, Is.EqualTo(Start.Concat(read)));
            if (read.Count == 4)
            {
                break;
            }
        }

        Assert.That(_sequence.Tokens, Is.EqualTo(Start.Concat(expected[..4])));
        Assert.That(await AnswerAsync(_sequence, 8), Is.EqualTo(expected[4..]));
    }

    [Test]
    public async Task Complete_Answer_HasTextReasonAndUsage()
    {
        await _sequence.AppendAsync(Text);
        var expected = HashModel.Continue(Start, 6);
        var completion = await _sequence.CompleteAsync(new() { MaxTokens = 6, Sampling = new() { Temperature = 0 } });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(completion.Tokens, Is.EqualTo(expected));
            Assert.That(completion.Text, Is.EqualTo(string.Concat(expected.Select(token => (char)token))));
            Assert.That(completion.FinishReason, Is.EqualTo(FinishReason.Length));
            Assert.That((completion.Usage.PromptTokens, completion.Usage.GeneratedTokens), Is.EqualTo((0, 6)));
        }
    }

    [Test]
    public async Task Score_Text_LeavesTheSequenceAsItIs()
    {
        int[] text = [.. "scored".Select(letter => (int)letter)];
        var alone = await _sequence.ScoreAsync("scored");
        await _sequence.AppendAsync(Text);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var score = await _sequence.ScoreAsync("scored");
            Assert.That(score.Tokens.Select(token => token.Token), Is.EqualTo(text));
            Assert.That(
                score.Tokens.Select(token => (double)token.LogProbability!),
                Is.EqualTo(text.Select((token, i) => HashModel.LogProbability([.. Start, .. text[..i]], token))).Within(1e-3));
            Assert.That(_sequence.Tokens, Is.EqualTo(Start));
        }

        Assert.That(alone.Tokens[0].LogProbability, Is.Null, "nothing comes before it");
        Assert.That(alone.Tokens[2].LogProbability, Is.EqualTo(HashModel.LogProbability(text[..2], text[2])).Within(1e-3));
        Assert.That(await AnswerAsync(_sequence, 5), Is.EqualTo(HashModel.Continue(Start, 5)));
    }

    [Test]
    public async Task Fork_EachWay_GoesOnByItselfAndReadsNothingAgain()
    {
        await _sequence.AppendAsync(Text);
        var batches = _runtime.Batches.Count;
        using var fork = _sequence.Fork();
        using var late = _sequence.Fork();
        Assert.That(fork.Tokens, Is.EqualTo(Start));
        Assert.That(await AnswerAsync(fork, 4), Is.EqualTo(HashModel.Continue(Start, 4)));
        Assert.That(_runtime.Computed(batches), Is.EqualTo(4));
        await fork.AppendAsync("?");
        Assert.That(_sequence.Tokens, Is.EqualTo(Start));

        await AnswerAsync(_sequence, 3);
        batches = _runtime.Batches.Count;
        Assert.That(await AnswerAsync(late, 2), Is.EqualTo(HashModel.Continue(Start, 2)));
        Assert.That(_runtime.Computed(batches), Is.EqualTo(2), "its origin has gone on");
        using var second = fork.Fork();
        _sequence.Dispose();
        Assert.That(await AnswerAsync(second, 3), Is.EqualTo(HashModel.Continue(fork.Tokens, 3)));
        Assert.That(fork, Has.Length.EqualTo(Start.Length + 5));
    }

    [Test]
    public async Task Fork_Several_EachIsAlone()
    {
        await _sequence.AppendAsync(Text);
        var forks = _sequence.Fork(6); // more than there are slots
        await Task.WhenAll(forks.Select(async (fork, i) =>
        {
            await fork.AppendAsync($"{i}");
            int[] tokens = [.. Start, '0' + i];
            Assert.That(await AnswerAsync(fork, 5), Is.EqualTo(HashModel.Continue(tokens, 5)), $"fork {i}");
        }));
        foreach (var fork in forks)
        {
            fork.Dispose();
        }

        Assert.That(_sequence.Tokens, Is.EqualTo(Start));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(20)]
    [TestCase(39)]
    [TestCase(45)]
    public async Task Rewind_ToALength_GoesOnFromThere(int length)
    {
        await _sequence.AppendAsync(Text);
        await AnswerAsync(_sequence, 6);
        var kept = _sequence.Tokens[..length];
        _sequence.Rewind(length);
        Assert.That(_sequence.Tokens, Is.EqualTo(kept));
        await _sequence.AppendAsync("x");
        Assert.That(await AnswerAsync(_sequence, 5), Is.EqualTo(HashModel.Continue(kept.Add('x'), 5)));
    }

    [Test]
    public async Task Rewind_ToBeforeAnAnswer_ReadsNothingAgain()
    {
        await _sequence.AppendAsync(Text);
        await AnswerAsync(_sequence, 6);
        var batches = _runtime.Batches.Count;
        _sequence.Rewind(Start.Length);
        Assert.That(await AnswerAsync(_sequence, 6), Is.EqualTo(HashModel.Continue(Start, 6)));
        Assert.That(_runtime.Computed(batches), Is.EqualTo(6));
    }

    [Test]
    public async Task Trim_Middle_MovesTheRestUp()
    {
        await _sequence.AppendAsync(Text);
        if (!CanCut)
        {
            Assert.That(
                () => _sequence.Trim(2..5),
                Throws.TypeOf<NotSupportedException>().With.Message.Contains(
                    memory == MemoryKind.SlidingWindow ? "a sliding window" : "recurrent layers"));
            Assert.That(await AnswerAsync(_sequence, 3), Is.EqualTo(HashModel.Continue(Start, 3)));
            return;
        }

        var batches = _runtime.Batches.Count;
        _sequence.Trim(2..5);
        _sequence.Trim(^6..^4);
        int[] left = [.. Start[..2], .. Start[5..^6], .. Start[^4..]];
        Assert.That(_sequence.Tokens, Is.EqualTo(left));
        Assert.That(await AnswerAsync(_sequence, 3), Is.EqualTo(HashModel.Continue(left, 3)));
        Assert.That(_runtime.Computed(batches), Is.EqualTo(3), "nothing is read again");
        _sequence.Trim(10..);
        Assert.That(await AnswerAsync(_sequence, 3), Is.EqualTo(HashModel.Continue(left[..10], 3)));
    }

    [Test]
    public async Task Shift_Half_ForgetsTheOldestAfterTheFirst()
    {
        await _sequence.AppendAsync(Text);
        if (!CanCut)
        {
            Assert.That(() => _sequence.Shift(keep: 4), Throws.TypeOf<NotSupportedException>());
            return;
        }

        _sequence.Shift(keep: 4);
        Assert.That(_sequence.Tokens, Is.EqualTo(Start[..4].Concat(Start[21..])), "17 of the 35");
        _sequence.Shift(keep: 0, count: 3);
        Assert.That(_sequence.Tokens, Is.EqualTo(Start[3..4].Concat(Start[21..])));
        Assert.That(await AnswerAsync(_sequence, 3), Is.EqualTo(HashModel.Continue([.. Start[3..4], .. Start[21..]], 3)));
    }

    [Test]
    public async Task State_OfASequence_OpensAnotherHereAndElsewhere([Values] bool throughFile)
    {
        using var folder = new SessionFolder();
        await _sequence.AppendAsync(Text);
        await AnswerAsync(_sequence, 6);
        var tokens = _sequence.Tokens;
        using var state = await _sequence.GetStateAsync();
        await _sequence.SaveAsync(folder["a"]);
        Assert.That(state.Tokens, Is.EqualTo(tokens));
        Assert.That(state.ComputedCount, Is.EqualTo(tokens.Length - 1));

        using var runtime = HashModel.Create(memory);
        var otherLayout = layout == KvLayout.Shared ? KvLayout.PerSequence : KvLayout.Shared;
        await using var engine = await runtime.StartEngineAsync(new() { KvLayout = otherLayout });
        foreach (var (host, opened) in new[] { (_runtime, _engine), (runtime, engine) })
        {
            using var other = await opened.OpenSequenceAsync();
            await other.AppendAsync("what was there before");
            var batches = host.Batches.Count;
            if (throughFile)
            {
                await other.LoadAsync(folder["a"]);
            }
            else
            {
                other.SetState(state);
            }

            Assert.That(other.Tokens, Is.EqualTo(tokens));
            Assert.That(await AnswerAsync(other, 5), Is.EqualTo(HashModel.Continue(tokens, 5)));
            Assert.That(host.Computed(batches), Is.EqualTo(5), "nothing is read again");
        }

        Assert.That(await AnswerAsync(_sequence, 5), Is.EqualTo(HashModel.Continue(tokens, 5)), "it goes on as well");
    }

    [Test]
    public async Task State_OfOneToken_IsHadAfterAFailureToo()
    {
        await _sequence.AppendAsync("a");
        _runtime.OnCall = member => _ = member is "SaveState" ? throw new LaminaException(member, "no luck") : 0;
        Assert.That(async () => await _sequence.GetStateAsync(), Throws.TypeOf<LaminaException>());
        _runtime.OnCall = null;
        using var state = await _sequence.GetStateAsync();
        using var other = await _engine.OpenSequenceAsync();
        other.SetState(state);
        Assert.That(await AnswerAsync(other, 3), Is.EqualTo(HashModel.Continue(['a'], 3)));
        Assert.That(await AnswerAsync(_sequence, 3), Is.EqualTo(HashModel.Continue(['a'], 3)));
    }

    [Test]
    public async Task Dispose_OnceOrMore_FreesItsCells()
    {
        await _sequence.AppendAsync(Text);
        await _sequence.CompleteAsync(new() { MaxTokens = 1 });
        Assert.That(_engine.GetMetrics().CellsInUse, Is.GreaterThan(0));
        _sequence.Dispose();
        await _sequence.DisposeAsync();
        await Eventually.IsTrueAsync(() => _engine.GetMetrics().CellsInUse == 0);
        Assert.That(_sequence.Tokens, Has.Length.EqualTo(Start.Length + 1), "what it was can still be seen");
    }

    private static async Task<int[]> AnswerAsync(ISequence sequence, int count) =>
        [.. (await sequence.CompleteAsync(EngineCalls.Greedy with { MaxTokens = count }).WaitAsync(Eventually.Patience)).Tokens];
}
