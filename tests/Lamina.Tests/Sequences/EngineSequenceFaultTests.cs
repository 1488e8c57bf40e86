using Lamina.Runtime;
using Lamina.Sequences;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Sequences;

/// <summary>What an <see cref="ISequence"/> refuses, and what a failure leaves of it.</summary>
[TestFixture(KvLayout.PerSequence)]
[TestFixture(KvLayout.Shared)]
internal sealed class EngineSequenceFaultTests(KvLayout layout)
{
    private const string Text = "A beginning of more than sixteen tokens";

    private FakeRuntime _runtime = null!;
    private InferenceEngine _engine = null!;
    private ISequence _sequence = null!;

    [SetUp]
    public async Task SetUp()
    {
        _runtime = HashModel.Create();
        _engine = await _runtime.StartEngineAsync(new() { KvLayout = layout, ContextSize = 100 });
        _sequence = await _engine.OpenSequenceAsync();
        await _sequence.AppendAsync(Text);
    }

    [TearDown]
    public async Task TearDown()
    {
        _runtime.OnDecode = null;
        await _sequence.DisposeAsync();
        await _engine.DisposeAsync();
        _runtime.Dispose();
    }

    [Test]
    public async Task BadArguments_AreNamedAndChangeNothing()
    {
        using (Assert.EnterMultipleScope())
        {
            Refuses<ArgumentNullException>("prompt", () => _sequence.AppendAsync(null!));
            Refuses<ArgumentException>("prompt", () => _sequence.AppendAsync(Prompt.FromTokens(257)));
            Refuses<ArgumentException>("options", () => _sequence.CompleteAsync(new() { MaxTokens = 0 }));
            Refuses<ArgumentNullException>("text", () => _sequence.ScoreAsync(null!));
            Refuses<ArgumentException>("text", () => _sequence.ScoreAsync(Prompt.Empty));
            Refuses<ArgumentNullException>("state", () => Done(() => _sequence.SetState(null!)));
            Refuses<ArgumentOutOfRangeException>("length", () => Done(() => _sequence.Rewind(-1)));
            Refuses<ArgumentOutOfRangeException>("length", () => Done(() => _sequence.Rewind(Text.Length + 1)));
            Refuses<ArgumentOutOfRangeException>("range", () => Done(() => _sequence.Trim(2..(Text.Length + 1))));
            Refuses<ArgumentOutOfRangeException>("range", () => Done(() => _sequence.Trim(^(Text.Length + 1)..2)));
            Refuses<ArgumentOutOfRangeException>("range", () => Done(() => _sequence.Trim(5..4)));
            Refuses<ArgumentOutOfRangeException>("keep", () => Done(() => _sequence.Shift(-1)));
            Refuses<ArgumentOutOfRangeException>("keep", () => Done(() => _sequence.Shift(Text.Length + 1)));
            Refuses<ArgumentOutOfRangeException>("count", () => Done(() => _sequence.Shift(1, -1)));
            Refuses<ArgumentOutOfRangeException>("count", () => Done(() => _sequence.Shift(1, Text.Length)));
            Refuses<ArgumentOutOfRangeException>("count", () => Done(() => _sequence.Fork(0)));
            Refuses<ArgumentException>("path", () => _sequence.SaveAsync(" "));
            Refuses<ArgumentException>("path", () => _sequence.LoadAsync(""));
        }

        await AssertGoesOnAsync();
    }

    [Test]
    public async Task TooLong_IsRefusedWithFigures()
    {
        RefusesLonger(100, 102, () => _sequence.AppendAsync(new string('a', 63)));
        RefusesLonger(101, 102, () => _sequence.ScoreAsync(new string('a', 63)));
        Assert.That((await _sequence.ScoreAsync(new string('a', 62))).Tokens, Has.Length.EqualTo(62), "the last need not fit");
        await AssertGoesOnAsync();
        await _sequence.AppendAsync(new string('a', 61));
        RefusesLonger(99, 100, () => _sequence.CompleteAsync());
        Assert.That(_sequence, Has.Length.EqualTo(100));
    }

    [Test]
    public async Task Empty_CannotBeContinuedOrSaved()
    {
        using var empty = await _engine.OpenSequenceAsync();
        Assert.That(async () => await empty.CompleteAsync(), Throws.InvalidOperationException.With.Message.Contains("empty"));
        Assert.That(async () => await empty.SaveAsync("a"), Throws.InvalidOperationException.With.Message.Contains("empty"));
        Assert.That(new FileInfo("a"), Does.Not.Exist);
    }

    [Test]
    public async Task Trim_PositionsThatCannotBeMoved_SaysSo()
    {
        using var runtime = HashModel.Create(canShift: false);
        await using var engine = await runtime.StartEngineAsync(new() { KvLayout = layout });
        using var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync("abc");
        Assert.That(
            () => sequence.Trim(..1),
            Throws.TypeOf<NotSupportedException>().With.Message.EqualTo("The positions of 'fake' (fake) cannot be moved."));
        sequence.Rewind(2);
        Assert.That(sequence.Tokens, Is.EqualTo(['a', 'b']));
    }

    [Test]
    public async Task Use_WhileARequestRuns_IsRefused([Values] bool streams)
    {
        using var state = await _sequence.GetStateAsync();
        using var gate = new ManualResetEventSlim();
        _runtime.OnDecode = _ => gate.Wait(Eventually.Patience) ? null : throw new TimeoutException();
        var running = streams ? _sequence.CompleteAsync(With(3)) : (Task)_sequence.AppendAsync("and more");
        foreach (var (name, use) in Uses(state))
        {
            Assert.That(use, Throws.InvalidOperationException.With.Message.Contains("under way"), name);
        }

        gate.Set();
        await running.WaitAsync(Eventually.Patience);
        Assert.That(_sequence, Has.Length.EqualTo(Text.Length + (streams ? 3 : 8)));
        using var fork = _sequence.Fork();
        Assert.That((await fork.CompleteAsync(With(3))).Tokens, Is.EqualTo(HashModel.Continue(_sequence.Tokens, 3)));
    }

    [Test]
    public async Task Use_AfterItsDisposal_IsRefused()
    {
        using var state = await _sequence.GetStateAsync();
        _sequence.Dispose();
        foreach (var (name, use) in Uses(state))
        {
            Assert.That(use, Throws.TypeOf<ObjectDisposedException>(), name);
        }
    }

    [Test]
    public async Task Use_AfterTheEnginesDisposal_IsRefused()
    {
        using var state = await _sequence.GetStateAsync();
        await _engine.DisposeAsync();
        foreach (var (name, use) in Uses(state))
        {
            Assert.That(use, Throws.TypeOf<ObjectDisposedException>(), name);
        }

        Assert.That(_sequence.Dispose, Throws.Nothing);
    }

    [TestCase("append")]
    [TestCase("generate")]
    [TestCase("score")]
    [TestCase("state")]
    public async Task Dispose_WhileARequestRuns_EndsItAndFreesTheCells(string request)
    {
        using var computing = new ManualResetEventSlim();
        _runtime.OnDecode = batch =>
        {
            computing.Set();
            batch.Decoder.AwaitAbort();
            return null;
        };
        if (request is "state")
        {
            _sequence.Rewind(1); // so that there is something to compute
        }

        Task running = request switch
        {
            "append" => _sequence.AppendAsync("and more"),
            "generate" => _sequence.CompleteAsync(),
            "score" => _sequence.ScoreAsync("and more"),
            _ => _sequence.GetStateAsync(),
        };
        await Eventually.IsTrueAsync(() => computing.IsSet);
        _sequence.Dispose();
        Assert.That(async () => await running.WaitAsync(Eventually.Patience), Throws.TypeOf<ObjectDisposedException>());
        await Eventually.IsTrueAsync(() => _engine.GetMetrics() is { CellsInUse: 0, RunningRequests: 0 });
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task FailedOrCancelled_LeavesTheSequenceAsItWas(bool cancels)
    {
        var cancellation = default(CancellationTokenSource)!;
        DecodeStatus? Break(FakeBatch batch)
        {
            if (!cancels)
            {
                throw new LaminaException("decode", "no luck");
            }

            cancellation.Cancel();
            batch.Decoder.AwaitAbort();
            return null;
        }

        foreach (var use in new Func<CancellationToken, Task>[]
        {
            token => _sequence.AppendAsync("and more", token),
            token => _sequence.ScoreAsync("and more", token),
            token => _sequence.CompleteAsync(With(3), token),
        })
        {
            _runtime.OnDecode = Break;
            using (cancellation = new())
            {
                var error = await Assert.CatchAsync(() => use(cancellation.Token).WaitAsync(Eventually.Patience));
                Assert.That(error, cancels ? Is.InstanceOf<OperationCanceledException>() : Is.TypeOf<LaminaException>());
                Assert.That((error as OperationCanceledException)?.CancellationToken, Is.EqualTo(cancels ? cancellation.Token : null));
            }

            _runtime.OnDecode = null;
            await AssertGoesOnAsync();
        }
    }

    [TestCase("other", "fake 1", SessionFileFault.OtherModel)]
    [TestCase("fake", "other", SessionFileFault.OtherFormat)]
    public async Task SetState_OfAnother_IsRefused(string model, string format, SessionFileFault fault)
    {
        using var state = new SequenceState(new(model, format, ['a'], 12), ['a', 'b']);
        Assert.That(
            () => _sequence.SetState(state),
            Throws.TypeOf<SessionFileException>().With.Property(nameof(SessionFileException.Reason)).EqualTo(fault));
        await AssertGoesOnAsync();
    }

    [TestCase(-1)]
    [TestCase(257)]
    [TestCase(int.MaxValue)]
    public async Task SetState_TokensOutsideTheVocabulary_IsRefused(int token)
    {
        using var state = new SequenceState(new("fake", "fake 1", ['a'], 12), ['a', 'b', token]);
        Assert.That(
            () => _sequence.SetState(state),
            Throws.TypeOf<SessionFileException>()
                .With.Property(nameof(SessionFileException.Reason)).EqualTo(SessionFileFault.Damaged)
                .And.Message.Contains($"the token {token};").And.Message.Contains("from 0 to 256"));
        await AssertGoesOnAsync();
    }

    [Test]
    public async Task SetState_LongerThanTheContext_IsRefused()
    {
        using var runtime = HashModel.Create();
        await using var larger = await runtime.StartEngineAsync(new() { ContextSize = 200 });
        using var sequence = await larger.OpenSequenceAsync();
        await sequence.AppendAsync(new string('a', 100));
        using var fits = await sequence.GetStateAsync();
        await sequence.AppendAsync("a");
        using var tooLong = await sequence.GetStateAsync();
        RefusesLonger(100, 101, () => Done(() => _sequence.SetState(tooLong)));
        await AssertGoesOnAsync();
        _sequence.SetState(fits);
        Assert.That(_sequence, Has.Length.EqualTo(100));
    }

    [Test]
    public async Task SetState_DisposedState_IsRefused()
    {
        var state = await _sequence.GetStateAsync();
        state.Dispose();
        Assert.That(() => _sequence.SetState(state), Throws.TypeOf<ObjectDisposedException>());
        await AssertGoesOnAsync();
    }

    private static GenerationOptions With(int maxTokens) => EngineCalls.Greedy with { MaxTokens = maxTokens };

    private static void Refuses<T>(string argument, Func<Task> use)
        where T : ArgumentException =>
        Assert.That(use, Throws.InstanceOf<T>().With.Property(nameof(ArgumentException.ParamName)).EqualTo(argument));

    private static void RefusesLonger(int most, int found, Func<Task> use) => Assert.That(
        use,
        Throws.TypeOf<ContextFullException>()
            .With.Property(nameof(ContextFullException.TokenCount)).EqualTo(found)
            .And.Property(nameof(ContextFullException.ContextSize)).EqualTo(most));

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private async Task AssertGoesOnAsync()
    {
        Assert.That(_sequence.Tokens, Is.EqualTo(Text.Select(letter => (int)letter)));
        var completion = await _sequence.CompleteAsync(With(4)).WaitAsync(Eventually.Patience);
        Assert.That(completion.Tokens, Is.EqualTo(HashModel.Continue(Text.Select(letter => (int)letter), 4)));
        _sequence.Rewind(Text.Length);
    }

    private (string Name, Func<Task> Use)[] Uses(SequenceState state) =>
    [
        ("append", () => _sequence.AppendAsync("more")),
        ("generate", () => _sequence.CompleteAsync()),
        ("score", () => _sequence.ScoreAsync("more")),
        ("fork", () => Done(() => _sequence.Fork())),
        ("rewind", () => Done(() => _sequence.Rewind(1))),
        ("trim", () => Done(() => _sequence.Trim(1..2))),
        ("state", () => _sequence.GetStateAsync()),
        ("set state", () => Done(() => _sequence.SetState(state))),
    ];
}
