using System.Diagnostics;
using System.Numerics.Tensors;

namespace Lamina.TestSupport.Conformance;

/// <summary>What engines do on every native runtime, with the model that comes with Lamina.</summary>
public abstract class EngineConformance
{
    private const string Beginning = "Once upon a time";

    private static readonly GenerationOptions Greedy = new() { MaxTokens = 24, Sampling = new() { Temperature = 0 } };

    private static readonly EngineOptions Sizes = new() { ContextSize = 512, MaxSequences = 8, Threads = 1 };

    private IInferenceEngine? _engine;

    /// <summary>The path of the model that comes with Lamina.</summary>
    protected abstract string Model { get; }

    private IInferenceEngine Engine => _engine!;

    [OneTimeSetUp]
    public async Task OpenEngineAsync() => _engine = await LoadAsync(Model, Sizes);

    [OneTimeTearDown]
    public async Task CloseEngineAsync()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
            var metrics = _engine.GetMetrics();
            Assert.That((metrics.RunningRequests, metrics.QueuedRequests), Is.EqualTo((0, 0)));
        }
    }

    [Test]
    public async Task CompleteAsync_Greedy_IsTheSameTextOnEveryRuntime()
    {
        var answer = await Engine.CompleteAsync(Beginning, Greedy);
        Assert.That(answer.Text, Is.EqualTo(" there was a shy girl named Ella. Everybody liked her, because she was always friendly.\n\nOne day there was"));
    }

    [Test]
    public async Task CompleteAsync_EightStreamsAtOnce_EachAsAlone()
    {
        string[] names = ["Ben", "Mia", "Tom", "Ella", "Anna", "Max", "Leo", "Zoe"];
        string[] prompts = [.. names.Select(name => $"Once upon a time there was a child named {name}. One day")];
        var few = Greedy with { MaxTokens = 12 };
        var alone = new List<string>();
        foreach (var prompt in prompts)
        {
            alone.Add((await Engine.CompleteAsync(prompt, few)).Text);
        }

        var together = await Task.WhenAll(prompts.Select(prompt => Engine.CompleteAsync(prompt, few)));

        Assert.That(together.Select(answer => answer.Text), Is.EqualTo(alone));
        Assert.That(alone.Distinct(StringComparer.Ordinal).Count(), Is.GreaterThan(1));
    }

    [Test]
    public async Task GenerateAsync_CancelledAmidTheAnswer_EndsAndLeavesTheEngineWell()
    {
        using var source = new CancellationTokenSource();
        var count = 0;
        Assert.That(
            async () =>
            {
                await foreach (var token in Engine.GenerateAsync(Beginning, Greedy with { MaxTokens = 400 }, source.Token))
                {
                    if (++count == 3)
                    {
                        await source.CancelAsync();
                    }
                }
            },
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(count, Is.InRange(3, 10));
        await CompleteAsync_Greedy_IsTheSameTextOnEveryRuntime();
    }

    [Test]
    public async Task CompleteAsync_CancelledAmidThePrompt_EndsAndLeavesTheEngineWell()
    {
        var prompt = string.Concat(Enumerable.Range(0, 40).Select(i => $"The {i} foxes ran over the hill. "));
        var cancelled = 0;
        for (var round = 0; round < 10; round++)
        {
            using var source = new CancellationTokenSource();
            var answer = Engine.CompleteAsync($"{round}: {prompt}", Greedy, source.Token);
            await Task.Yield();
            SpinWait.SpinUntil(() => false, TimeSpan.FromMilliseconds(2 * round));
            await source.CancelAsync();
            try
            {
                await answer;
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }
        }

        Assert.That(cancelled, Is.Positive);
        await CompleteAsync_Greedy_IsTheSameTextOnEveryRuntime();
    }

    [Test]
    public async Task Sequence_ForkedRewoundSavedAndLoaded_GoesOnTheSame()
    {
        var file = Path.GetTempFileName();
        try
        {
            using var story = await Engine.OpenSequenceAsync();
            await story.AppendAsync(Beginning);
            var length = story.Length;
            await story.SaveAsync(file);
            using var fork = story.Fork();
            var expected = (await story.CompleteAsync(Greedy)).Text;
            story.Rewind(length);
            using var loaded = await Engine.OpenSequenceAsync();
            await loaded.LoadAsync(file);

            Assert.That(loaded.Length, Is.EqualTo(length));
            Assert.That((await fork.CompleteAsync(Greedy)).Text, Is.EqualTo(expected), "forked");
            Assert.That((await story.CompleteAsync(Greedy)).Text, Is.EqualTo(expected), "rewound");
            Assert.That((await loaded.CompleteAsync(Greedy)).Text, Is.EqualTo(expected), "loaded");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public async Task EmbedAsync_SentenceModel_MeansTheSameOnEveryRuntime()
    {
        await using var engine = await LoadAsync(TestModels.Require("all-MiniLM-L6-v2.F16.gguf"), new());

        var vectors = await engine.EmbedAsync(
            ["A cat sits on the mat.", "A kitten is lying on a rug.", "The stock market fell sharply today."]);

        Assert.That(TensorPrimitives.CosineSimilarity<float>(vectors[0], vectors[1]), Is.EqualTo(0.569).Within(0.005));
        Assert.That(TensorPrimitives.CosineSimilarity<float>(vectors[0], vectors[2]), Is.EqualTo(0.091).Within(0.005));
    }

    [Test]
    public async Task RerankAsync_RerankingModel_ScoresEachDocument()
    {
        await using var engine = await LoadAsync(TestModels.Require("random-bert-rank.gguf"), new());

        var ranked = await engine.RerankAsync("query", ["one document", "and another one"]);

        Assert.That(ranked, Has.Count.EqualTo(2));
        Assert.That(ranked.Select(document => (double)document.Score), Is.All.Matches<double>(double.IsFinite));
    }

    /// <summary>Twenty models that stayed in memory would take twenty times their size.</summary>
    [Test]
    public async Task DisposeAsync_TwentyEngines_FreesThem()
    {
        for (var i = 0; i < 3; i++)
        {
            await LoadUseAndDisposeAsync();
        }

        var before = Environment.WorkingSet;
        for (var i = 0; i < 20; i++)
        {
            await LoadUseAndDisposeAsync();
        }

        using var process = Process.GetCurrentProcess();
        Assert.That(process.WorkingSet64 - before, Is.LessThan(10 * new FileInfo(Model).Length));
    }

    /// <summary>Loads a model and opens an engine on it.</summary>
    protected abstract Task<IInferenceEngine> LoadAsync(string path, EngineOptions options);

    private async Task LoadUseAndDisposeAsync()
    {
        await using var engine = await LoadAsync(Model, new() { ContextSize = 256, MaxSequences = 2, Threads = 1 });
        await engine.CompleteAsync(Beginning, Greedy with { MaxTokens = 2 });
    }
}
