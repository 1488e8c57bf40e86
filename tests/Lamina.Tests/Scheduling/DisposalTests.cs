using Lamina.Tests.Fakes;

namespace Lamina.Tests.Scheduling;

internal sealed class DisposalTests
{
    [Test]
    public async Task Dispose_RunningAndQueuedRequests_EndsThemWithObjectDisposed([Values] bool isAsync)
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        runtime.OnDecode = batch =>
        {
            batch.Decoder.AwaitAbort();
            return null;
        };
        var engine = await runtime.StartEngineAsync(new() { MaxSequences = 2 });
        Task[] requests =
        [
            .. Enumerable.Range(0, 5).Select(_ => engine.ReadAllAsync("x>")),
            engine.ScoreAsync("abc"),
            engine.EmbedAsync(["ab"]),
        ];
        await Eventually.IsTrueAsync(() => runtime.Batches.Count == 2);
        await Eventually.IsTrueAsync(() => engine.GetMetrics() is var now && now.RunningRequests + now.QueuedRequests == 7);
        await DisposeAsync(engine, isAsync);
        foreach (var request in requests)
        {
            Assert.That(async () => await request.WaitAsync(Eventually.Patience), Throws.TypeOf<ObjectDisposedException>());
        }

        Assert.That(engine.GetMetrics() is { RunningRequests: 0, QueuedRequests: 0 }, Is.True);
    }

    [Test]
    public async Task Dispose_IdleEngine_MoreThanOnce_DoesNothingMore()
    {
        using var runtime = new FakeRuntime();
        var engine = await runtime.StartEngineAsync();
        engine.Dispose();
        engine.Dispose();
        await engine.DisposeAsync();
        Assert.That(runtime.Models.Single().Disposals, Is.EqualTo(1));
    }

    [Test]
    public async Task Dispose_FromManyThreads_DisposesOnce()
    {
        using var runtime = new FakeRuntime();
        var engine = await runtime.StartEngineAsync();
        await engine.EmbedAsync(["x"]);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => DisposeAsync(engine, i % 2 == 0))));
        await Eventually.IsTrueAsync(() => runtime.Models.Single().Disposals == 1);
    }

    [Test]
    public async Task Any_AfterDisposal_ThrowsObjectDisposed()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        var engine = await runtime.StartEngineAsync();
        var made = engine.GenerateAsync("x>");
        await engine.DisposeAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => engine.GenerateAsync("x>"), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(async () => await engine.ScoreAsync("x"), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(async () => await engine.EmbedAsync(["x"]), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(async () => await engine.EmbedAsync([]), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(
                async () => await made.GetAsyncEnumerator().MoveNextAsync(), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => engine.GetMetrics(), Throws.Nothing);
            Assert.That(engine.Model.Name, Is.EqualTo("fake"));
        }
    }

    [Test]
    public async Task Dispose_InAUsersSampler_EndsTheStream()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        var engine = await runtime.StartEngineAsync();
        var options = new GenerationOptions { Samplers = () => new(new ActionSampler(engine.Dispose)) };
        Assert.That(async () => await engine.ReadAllAsync("x>", options), Throws.TypeOf<ObjectDisposedException>());
        await Eventually.IsTrueAsync(() => runtime.Decoders.Single().Disposals == 1);
    }

    [Test]
    public async Task Dispose_InTheReader_EndsTheStream([Values] bool isAsync)
    {
        using var runtime = new FakeRuntime { Answer = _ => new('a', 500) };
        runtime.OnDecode = batch =>
        {
            if (batch.Index == 3)
            {
                batch.Decoder.AwaitAbort();
            }

            return null;
        };
        var engine = await runtime.StartEngineAsync();
        Assert.That(
            async () =>
            {
                await foreach (var _ in engine.GenerateAsync("x>"))
                {
                    await DisposeAsync(engine, isAsync);
                }
            },
            Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Dispose_WhileTheEmbedderStarts_LeavesNothingBehind([Values] bool isAsync)
    {
        using var isStarting = new ManualResetEventSlim();
        using var mayStart = new ManualResetEventSlim();
        using var runtime = new FakeRuntime();
        runtime.OnCreateDecoder = options =>
        {
            if (options.Embeddings)
            {
                isStarting.Set();
                mayStart.Wait(Eventually.Patience);
            }
        };
        var engine = await runtime.StartEngineAsync();
        var embed = engine.EmbedAsync(["x"]);
        Assert.That(isStarting.Wait(Eventually.Patience), Is.True);
        var disposal = Task.Run(() => DisposeAsync(engine, isAsync));
        await Task.WhenAny(disposal, Task.Delay(100));
        mayStart.Set();
        await disposal.WaitAsync(Eventually.Patience);
        Assert.That(async () => await embed.WaitAsync(Eventually.Patience), Throws.TypeOf<ObjectDisposedException>());
        await Eventually.IsTrueAsync(() => runtime.Decoders.All(decoder => decoder.Disposals == 1));
    }

    private static async Task DisposeAsync(InferenceEngine engine, bool isAsync)
    {
        if (isAsync)
        {
            await engine.DisposeAsync();
        }
        else
        {
            engine.Dispose();
        }
    }
}
