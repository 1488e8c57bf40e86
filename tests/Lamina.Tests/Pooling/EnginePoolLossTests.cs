using System.Globalization;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Pooling;

internal sealed class EnginePoolLossTests
{
    [Test]
    public async Task Generate_WorkerLostBeforeTheFirstToken_AnotherAnswers()
    {
        await using var under = await PoolUnderTest.StartAsync();
        under[0].DiesAfter = -1;
        var lost = under[0];
        Assert.That((await under.Pool.ReadAllAsync("x")).Text(), Is.EqualTo("ab"));
        Assert.That((lost.Prompts.Count, under[1].Prompts.Count), Is.EqualTo((1, 1)));
        await AllLiveAsync(under);
        Assert.That((lost.Disposals, under.Starts(0), under.Starts(1)), Is.EqualTo((1, 2, 1)));
        var status = under.Pool.GetWorkers()[0];
        Assert.That((status.Losses, status.RunningRequests, status.Failure?.Message), Is.EqualTo((1, 0, "lost")));
    }

    [Test]
    public async Task Generate_WorkerLostAfterAToken_ThrowsAndIsNotRetried()
    {
        await using var under = await PoolUnderTest.StartAsync();
        under[0].DiesAfter = 1;
        var tokens = new List<Token>();
        Assert.That(
            async () =>
            {
                await foreach (var token in under.Pool.GenerateAsync("x"))
                {
                    tokens.Add(token);
                }
            },
            Throws.TypeOf<WorkerLostException>()
                .With.Property("ExitCode").EqualTo(137).And.Property("ErrorOutput").EqualTo("its last words"));
        Assert.That(tokens.Text(), Is.EqualTo("a"));
        Assert.That(under[1].Prompts, Is.Empty);
        await AllLiveAsync(under);
    }

    [Test]
    public async Task Generate_LostTwice_Throws()
    {
        await using var under = await PoolUnderTest.StartAsync(3);
        foreach (var engine in under.Started)
        {
            engine.DiesAfter = -1;
        }

        Assert.That(async () => await under.Pool.ReadAllAsync("x"), Throws.TypeOf<WorkerLostException>());
        Assert.That(under.Started.Sum(engine => engine.Prompts.Count), Is.EqualTo(2));
        await AllLiveAsync(under);
    }

    [Test]
    public async Task Other_WorkerLost_AnotherAnswers()
    {
        await using var under = await PoolUnderTest.StartAsync();
        under[0].DiesAfter = -1;
        await under.Pool.ScoreAsync("x");
        await AllLiveAsync(under);
        under[0].DiesAfter = under[1].DiesAfter = null;
        under[1].Lose();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => under.Pool.EmbedAsync(["1"])));
        await AllLiveAsync(under);
        under[0].Lose();
        for (var i = 0; i < 3; i++)
        {
            (await under.Pool.OpenSequenceAsync()).Dispose();
        }

        await AllLiveAsync(under);
        Assert.That((under.Starts(0), under.Starts(1)), Is.EqualTo((3, 2)));
    }

    [Test]
    public async Task Generate_WorkerDisposedBySomebody_IsALoss()
    {
        await using var under = await PoolUnderTest.StartAsync(1);
        under[0].Dispose();
        Assert.That((await under.Pool.ReadAllAsync("x")).Text(), Is.EqualTo("ab"));
        Assert.That(under.Starts(0), Is.EqualTo(2));
        Assert.That(under.Pool.GetWorkers()[0].Failure, Is.TypeOf<WorkerLostException>().With.Message.Contains("not by the pool"));
    }

    [Test]
    public async Task Generate_DisposalOfSomethingElse_IsNoLoss()
    {
        await using var under = await PoolUnderTest.StartAsync(1);
        under[0].Error = new ObjectDisposedException("something of the caller's");
        Assert.That(async () => await under.Pool.ReadAllAsync("x"), Throws.Exception.EqualTo(under[0].Error));
        Assert.That(async () => await under.Pool.ScoreAsync("x"), Throws.Exception.EqualTo(under[0].Error));
        Assert.That((under.Starts(0), under.Pool.GetWorkers()[0].State), Is.EqualTo((1, PooledWorkerState.Living)));
    }

    [Test]
    public async Task Generate_OtherErrors_ComeThrough()
    {
        await using var under = await PoolUnderTest.StartAsync();
        under[0].Error = new ContextFullException("generate", 5, 4);
        Assert.That(async () => await under.Pool.ReadAllAsync("x"), Throws.TypeOf<ContextFullException>());
        Assert.That(under[1].Prompts, Is.Empty);
    }

    [Test]
    public async Task Restart_LostInARow_WaitsLongerEachTime()
    {
        await using var under = await PoolUnderTest.StartAsync(
            1, new() { MaxRestarts = 4, RestartDelay = TimeSpan.FromSeconds(10), RestartWindow = TimeSpan.FromSeconds(60) });
        for (var i = 0; i < 4; i++)
        {
            under[0].Lose();
            await under.Pool.ReadAllAsync("x");
        }

        Assert.That(Seconds(), Is.EqualTo(new[] { 10, 20, 40, 60 }));
        under.Clock.Advance(TimeSpan.FromSeconds(60));
        under[0].Lose();
        await under.Pool.ReadAllAsync("x");
        Assert.That(Seconds().Last(), Is.EqualTo(10), "after a long life it begins anew");
        Assert.That(under.Pool.GetWorkers()[0].Losses, Is.EqualTo(5));

        int[] Seconds() => [.. under.Clock.Waits.Select(wait => (int)wait.TotalSeconds)];
    }

    [Test]
    public async Task Restart_FailsEachTime_GivesUpAndSaysWhy()
    {
        await using var under = await PoolUnderTest.StartAsync(1, new() { MaxRestarts = 3 });
        var starts = 0;
        under.OnStart = (_, _, _) =>
        {
            starts++;
            throw new FileNotFoundException("the file is gone");
        };
        under[0].Lose();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            Assert.That(
                async () => await under.Pool.ReadAllAsync("x"),
                Throws.TypeOf<WorkerLostException>().With.Message.Contains("the file is gone")
                    .And.InnerException.TypeOf<FileNotFoundException>());
        }

        Assert.That((starts, under.Pool.GetWorkers()[0].State), Is.EqualTo((3, PooledWorkerState.GivenUp)));
    }

    [Test]
    public async Task Restart_OneGivenUp_TheOthersGoOn()
    {
        await using var under = await PoolUnderTest.StartAsync(2, new() { MaxRestarts = 0 });
        under[0].Lose();
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await under.Pool.ReadAllAsync("x")).Text(), Is.EqualTo("ab"));
        }

        await Eventually.IsTrueAsync(() => under.Pool.GetWorkers()[0].State == PooledWorkerState.GivenUp);
        Assert.That(under.Starts(0), Is.EqualTo(1));
    }

    [Test]
    public async Task Restart_WithAnotherModel_IsAFailure()
    {
        var model = "one";
        await using var under = await PoolUnderTest.StartAsync(1, new() { MaxRestarts = 1 }, create: _ => new(model));
        model = "other";
        under[0].Lose();
        Assert.That(
            async () => await under.Pool.ReadAllAsync("x"), Throws.TypeOf<WorkerLostException>().With.Message.Contains("'other'"));
        Assert.That(under.Started.Select(engine => engine.Disposals), Is.All.EqualTo(1));
    }

    [Test]
    public async Task Waiting_ForARestart_GoesOnAfterIt()
    {
        await using var under = await PoolUnderTest.StartAsync(1);
        var restart = new TaskCompletionSource();
        under.OnStart = (_, _, _) => restart.Task;
        under[0].Lose();
        var requests = Enumerable.Range(0, 5).Select(_ => under.Pool.ReadAllAsync("x")).ToArray();
        await Eventually.IsTrueAsync(() => under.Pool.GetMetrics().QueuedRequests == 5);
        Assert.That(under.Pool.GetWorkers()[0].State, Is.EqualTo(PooledWorkerState.Restarting));
        restart.SetResult();
        foreach (var text in await Task.WhenAll(requests))
        {
            Assert.That(text.Text(), Is.EqualTo("ab"));
        }

        Assert.That(under.Pool.GetMetrics().QueuedRequests, Is.Zero);
    }

    [Test]
    public async Task Waiting_Cancelled_Ends()
    {
        await using var under = await PoolUnderTest.StartAsync(1);
        under.OnStart = (_, _, cancellation) => Task.Delay(Timeout.Infinite, cancellation);
        under[0].Lose();
        using var cancellation = new CancellationTokenSource();
        var throwing = under.Pool.ReadAllAsync("x", cancellation: cancellation.Token);
        var finishing = under.Pool.ReadAllAsync("x", new() { OnCancel = CancellationBehavior.Finish }, cancellation.Token);
        var scoring = under.Pool.ScoreAsync("x", cancellationToken: cancellation.Token);
        await Eventually.IsTrueAsync(() => under.Pool.GetMetrics().QueuedRequests == 3);
        await cancellation.CancelAsync();
        Assert.That(async () => await throwing, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await scoring.WaitAsync(Eventually.Patience), Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await finishing).Single().FinishReason, Is.EqualTo(FinishReason.Cancelled));
        Assert.That(under.Pool.GetMetrics().QueuedRequests, Is.Zero);
    }

    [Test]
    public async Task Sequence_WorkerLost_EndsAndAnotherCanBeOpened()
    {
        await using var under = await PoolUnderTest.StartAsync();
        await using var sequence = await under.Pool.OpenSequenceAsync();
        under[0].Lose();
        using (Assert.EnterMultipleScope())
        {
            foreach (var _ in Enumerable.Range(0, 2))
            {
                Assert.That(async () => await sequence.AppendAsync("x"), Throws.TypeOf<WorkerLostException>());
                Assert.That(() => sequence.Rewind(0), Throws.TypeOf<WorkerLostException>());
                Assert.That(sequence.Fork, Throws.TypeOf<WorkerLostException>());
                Assert.That(async () => await sequence.GenerateAsync().GetAsyncEnumerator().MoveNextAsync(), Throws.TypeOf<WorkerLostException>());
                await AllLiveAsync(under);
            }
        }

        await using var other = await under.Pool.OpenSequenceAsync();
        await other.AppendAsync("x");
        Assert.That(under.Pool.GetWorkers().Select(worker => worker.RunningRequests), Is.All.Zero);
    }

    [Test]
    public async Task Sequence_Disposed_IsNoLoss()
    {
        await using var under = await PoolUnderTest.StartAsync(1);
        var sequence = await under.Pool.OpenSequenceAsync();
        sequence.Dispose();
        Assert.That(async () => await sequence.AppendAsync("x"), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(under.Starts(0), Is.EqualTo(1));
    }

    [Test]
    public async Task Tokenizer_FirstWorkerLost_GoesOn()
    {
        await using var under = await PoolUnderTest.StartAsync(2, new() { MaxRestarts = 0 });
        var tokenizer = under.Pool.Tokenizer;
        under[0].Lose();
        Assert.That(tokenizer.Encode("four"), Is.EqualTo(new[] { 4 }));
        under[1].Lose();
        Assert.That(() => tokenizer.Encode("four"), Throws.TypeOf<WorkerLostException>());
    }

    [Test]
    public async Task Dispose_WhileRequestsRunAndWait_EndsThem([Values] bool isAsync)
    {
        var under = await PoolUnderTest.StartAsync(2);
        under[0].Hold = under[1].Hold = new TaskCompletionSource().Task;
        var sequence = await OpenHeldAsync();
        Task[] requests =
        [
            .. Enumerable.Range(0, 4).Select(_ => under.Pool.ReadAllAsync("x")),
            under.Pool.ScoreAsync("x"),
            under.Pool.EmbedAsync(["1"]),
            sequence.AppendAsync("x"),
        ];
        await Eventually.IsTrueAsync(() => under.Pool.GetMetrics().RunningRequests == 7);
        await DisposeAsync(under.Pool, isAsync);
        foreach (var request in requests)
        {
            Assert.That(async () => await request.WaitAsync(Eventually.Patience), Throws.TypeOf<ObjectDisposedException>());
        }

        Assert.That(() => under.Pool.GenerateAsync("x"), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await under.Pool.OpenSequenceAsync(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(under.Started.Select(engine => engine.Disposals), Is.All.EqualTo(1));
        await DisposeAsync(under.Pool, isAsync);
        Assert.That(under.Started.Select(engine => engine.Disposals), Is.All.EqualTo(1));

        async Task<ISequence> OpenHeldAsync()
        {
            (under[0].Hold, var hold) = (Task.CompletedTask, under[0].Hold);
            var opened = await under.Pool.OpenSequenceAsync();
            under[0].Hold = hold;
            return opened;
        }
    }

    [Test]
    public async Task Dispose_DuringARestart_LeavesNoEngine([Values] bool isAsync)
    {
        var under = await PoolUnderTest.StartAsync(1);
        TaskCompletionSource starting = new(), restart = new();
        under.OnStart = (_, _, _) =>
        {
            starting.SetResult();
            return restart.Task;
        };
        under[0].Lose();
        var waiting = under.Pool.ReadAllAsync("x");
        await starting.Task.WaitAsync(Eventually.Patience);
        var disposing = DisposeAsync(under.Pool, isAsync);
        Assert.That(async () => await waiting, Throws.TypeOf<ObjectDisposedException>());
        restart.SetResult();
        await disposing.WaitAsync(Eventually.Patience);
        await Eventually.IsTrueAsync(() => under.Starts(0) == 2 && under[0].Disposals == 1);
    }

    [Test]
    public async Task Generate_ThousandsWhileWorkersAreLost_EachEndsOnce()
    {
        await using var under = await PoolUnderTest.StartAsync(4, new() { MaxRestarts = int.MaxValue });
        var done = 0;
        var random = new Random(7);
        var requests = Enumerable.Range(0, 5000).Select(i => Task.Run(() => RunAsync(i))).ToArray();
        while (!requests.All(request => request.IsCompleted))
        {
            if (under.Pool.GetWorkers()[random.Next(4)] is { State: PooledWorkerState.Living } worker)
            {
                under[worker.Index].Lose();
            }

            await Task.Delay(1);
        }

        var lost = (await Task.WhenAll(requests)).Count(isLost => isLost);
        Assert.That(done + lost, Is.EqualTo(5000));
        Assert.That(done, Is.GreaterThan(1000));
        await AllLiveAsync(under);
        Assert.That(under.Pool.GetWorkers().Select(worker => worker.RunningRequests), Is.All.Zero);
        Assert.That(under.Started.Count(engine => engine.Disposals != 1), Is.EqualTo(4), "all but those that live");

        async Task<bool> RunAsync(int i)
        {
            var texts = new List<string>();
            try
            {
                await foreach (var token in under.Pool.GenerateAsync(i.ToString(CultureInfo.InvariantCulture)))
                {
                    texts.Add(token.Text);
                    await Task.Yield();
                }

                Assert.That(texts, Is.EqualTo(new[] { "a", "b" }));
                Interlocked.Increment(ref done);
                return false;
            }
            catch (WorkerLostException)
            {
                return true;
            }
        }
    }

    private static Task AllLiveAsync(PoolUnderTest under) =>
        Eventually.IsTrueAsync(() => under.Pool.GetWorkers().All(worker => worker.State == PooledWorkerState.Living));

    private static Task DisposeAsync(EnginePool pool, bool isAsync)
    {
        if (isAsync)
        {
            return pool.DisposeAsync().AsTask();
        }

        pool.Dispose();
        return Task.CompletedTask;
    }
}
