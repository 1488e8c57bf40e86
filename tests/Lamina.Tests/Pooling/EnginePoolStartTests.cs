using Lamina.Tests.Fakes;

namespace Lamina.Tests.Pooling;

internal sealed class EnginePoolStartTests
{
    [Test]
    public void Start_NoneOrTooManyOrNull_NamesTheArgument([Values(0, 65, 1)] int count)
    {
        var start = ScriptedEngine.Start(() => new());
        var workers = Enumerable.Repeat(count == 1 ? null! : start, count).ToArray();
        Assert.That(
            async () => await EnginePool.StartAsync(workers),
            Throws.ArgumentException.With.Property("ParamName").EqualTo("workers").And.Message.Contains($"{count} workers"));
    }

    [Test]
    public void Start_OptionsWithFaults_ListsThemAll()
    {
        var options = new EnginePoolOptions
        {
            AffinityWeight = -1, RememberedPieces = -1, RestartDelay = TimeSpan.FromDays(1), MaxRestarts = -1, RestartWindow = default,
        };
        Assert.That(
            async () => await EnginePool.StartAsync([ScriptedEngine.Start(() => new())], options),
            Throws.ArgumentException.With.Message.Contains("AffinityWeight was -1")
                .And.Message.Contains("RememberedPieces").And.Message.Contains("RestartDelay")
                .And.Message.Contains("MaxRestarts").And.Message.Contains("RestartWindow"));
    }

    [Test]
    public void Start_WorkersOfDifferentModels_DisposesOfThemAndSaysSo()
    {
        ScriptedEngine one = new("one"), other = new("other");
        Assert.That(
            async () => await EnginePool.StartAsync([ScriptedEngine.Start(() => one), ScriptedEngine.Start(() => other)]),
            Throws.ArgumentException.With.Message.Contains("Worker 1 has the model 'other'"));
        Assert.That((one.Disposals, other.Disposals), Is.EqualTo((1, 1)));
    }

    [Test]
    public void Start_OneFails_DisposesOfTheOthersAndThrowsItsError()
    {
        var one = new ScriptedEngine();
        Assert.That(
            async () => await EnginePool.StartAsync([ScriptedEngine.Start(() => one), _ => throw new FileNotFoundException("gone")]),
            Throws.TypeOf<FileNotFoundException>());
        Assert.That(one.Disposals, Is.EqualTo(1));
    }

    [Test]
    public async Task Start_Several_OneAfterTheOther()
    {
        var starting = 0;
        await using var pool = await EnginePool.StartAsync([.. Enumerable.Repeat(StartAsync, 3)]);
        Assert.That(pool.GetWorkers().Select(worker => worker.State), Is.All.EqualTo(PooledWorkerState.Living));

        async Task<IInferenceEngine> StartAsync(CancellationToken cancellation)
        {
            Assert.That(Interlocked.Increment(ref starting), Is.EqualTo(1));
            await Task.Delay(5, cancellation);
            Interlocked.Decrement(ref starting);
            return new ScriptedEngine();
        }
    }

    [Test]
    public void Start_Cancelled_DisposesOfWhatWasStarted()
    {
        using var cancellation = new CancellationTokenSource();
        var one = new ScriptedEngine();
        Assert.That(
            async () => await EnginePool.StartAsync(
                [
                    ScriptedEngine.Start(() => one),
                    async token =>
                    {
                        await cancellation.CancelAsync();
                        token.ThrowIfCancellationRequested();
                        return one;
                    },
                ],
                cancellationToken: cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(one.Disposals, Is.EqualTo(1));
    }

    [Test]
    public async Task Properties_OfWorkersThatDiffer_AreTheFirstsAndTheSmallestContext()
    {
        var generation = new GenerationOptions { MaxTokens = 3 };
        await using var pool = await EnginePool.StartAsync(
            [
                ScriptedEngine.Start(() => new() { ContextSize = 50, DefaultGeneration = generation }),
                ScriptedEngine.Start(() => new() { ContextSize = 40 }),
            ]);
        Assert.That((pool.ContextSize, pool.DefaultGeneration, pool.Model.Name), Is.EqualTo((40, generation, "scripted")));
        Assert.That(pool.Tokenizer.VocabularySize, Is.EqualTo(7));
    }
}
