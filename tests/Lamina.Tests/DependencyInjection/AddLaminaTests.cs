using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Lamina.Tests.DependencyInjection;

/// <summary>Engines from a service container, with and without a host.</summary>
internal sealed class AddLaminaTests
{
    private string _path = "";

    [OneTimeSetUp]
    public void CreateModelFile() => _path = Path.GetTempFileName();

    [OneTimeTearDown]
    public void DeleteModelFile() => File.Delete(_path);

    [Test]
    public async Task AddLamina_WithoutHost_LoadsOnceWithTheFirstRequest()
    {
        using var runtime = new FakeRuntime { Answer = prompt => prompt };
        await using var provider = Services(runtime).AddLamina(_path, Greedy()).BuildServiceProvider();
        var engine = provider.GetRequiredService<IInferenceEngine>();
        Assert.That(runtime.Loads, Is.Zero);
        Assert.That(() => engine.Model, Throws.InvalidOperationException.With.Message.Contains("not loaded yet"));
        Assert.That(() => engine.Tokenizer, Throws.InvalidOperationException);
        Assert.That(engine.GetMetrics().Batches, Is.Zero);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => engine.ReadAllAsync($"{i}>")));
        await engine.ScoreAsync("ab");
        await engine.EmbedAsync(["ab"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Select(answer => answer.Text()), Is.EqualTo(Enumerable.Range(0, 10).Select(i => $"{i}")));
            Assert.That(runtime.Loads, Is.EqualTo(1));
            Assert.That(engine.Model.Name, Is.EqualTo("fake"));
            Assert.That(engine.Tokenizer, Is.SameAs(runtime.Tokenizer));
            Assert.That(engine.GetMetrics().Batches, Is.Positive);
        }
    }

    [Test]
    public async Task AddLamina_WithHost_LoadsAtStartAndDisposesWithIt()
    {
        using var runtime = new FakeRuntime { Answer = prompt => prompt };
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<IModelRuntime>(runtime).AddLamina(_path, Greedy()).AddLamina(_path, Greedy(), "other");
        using (var host = builder.Build())
        {
            await host.StartAsync();
            Assert.That(runtime.Loads, Is.EqualTo(2));
            var engine = host.Services.GetRequiredService<IInferenceEngine>();
            Assert.That((await engine.ReadAllAsync("a>")).Text(), Is.EqualTo("a"));
            await host.StopAsync();
        }

        Assert.That(runtime.Models.Select(model => model.Disposals), Is.EqualTo([1, 1]));
    }

    [Test]
    public async Task AddLamina_Keys_AreEnginesOfTheirOwn()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abcdef" };
        await using var provider = Services(runtime)
            .AddLamina(_path, Greedy(1), "one")
            .AddLamina(_path, Greedy(2), "two")
            .AddLamina(_path, Greedy(3))
            .BuildServiceProvider();
        var engines = new[]
        {
            provider.GetRequiredKeyedService<IInferenceEngine>("one"),
            provider.GetRequiredKeyedService<IInferenceEngine>("two"),
            provider.GetRequiredService<IInferenceEngine>(),
        };
        Assert.That(provider.GetRequiredKeyedService<IInferenceEngine>("one"), Is.SameAs(engines[0]));
        foreach (var (engine, expected) in engines.Zip(["a", "ab", "abc"]))
        {
            Assert.That((await engine.ReadAllAsync("x>")).Text(), Is.EqualTo(expected));
        }

        Assert.That(runtime.Loads, Is.EqualTo(3));
    }

    [TestCase("", "ModelPath was empty")]
    [TestCase("nowhere.gguf", "'nowhere.gguf', where there is no file")]
    public async Task AddLamina_BadRegistration_FailsTheHostsStartWithAllFaults(string path, string fault)
    {
        using var runtime = new FakeRuntime();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<IModelRuntime>(runtime)
            .AddLamina(_path)
            .AddLamina(path, new() { ContextSize = -5, Generation = new() { MaxTokens = 0 } }, "bad");
        using var host = builder.Build();
        var thrown = (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync()))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(thrown.OptionsName, Is.EqualTo("bad"));
            Assert.That(thrown.Message, Does.Contain(fault).And.Contain("ContextSize was -5").And.Contain("MaxTokens was 0"));
            Assert.That(runtime.Loads, Is.Zero, "nothing is loaded while anything is wrong");
        }
    }

    [Test]
    public async Task AddLamina_WithoutRuntime_SaysWhatToDo()
    {
        await using var provider = new ServiceCollection().AddLamina(_path).BuildServiceProvider();
        Assert.That(
            () => provider.GetRequiredService<IInferenceEngine>(),
            Throws.InvalidOperationException.With.Message.Contains("AddLlamaCpp"));
    }

    [Test]
    public void AddLamina_Null_Throws()
    {
        var services = new ServiceCollection();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => services.AddLamina((string)null!), Throws.ArgumentNullException);
            Assert.That(() => services.AddLamina((Microsoft.Extensions.Configuration.IConfiguration)null!), Throws.ArgumentNullException);
            Assert.That(() => ((IServiceCollection)null!).AddLamina("x"), Throws.ArgumentNullException);
        }
    }

    [Test]
    public async Task AddLamina_EngineReplacedByAWrapper_HostStarts()
    {
        using var runtime = new FakeRuntime { Answer = prompt => prompt };
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<IModelRuntime>(runtime)
            .AddLamina(_path, Greedy(), "inner")
            .AddLamina(_path, Greedy())
            .AddSingleton<IInferenceEngine>(services => new Wrapper(services.GetRequiredKeyedService<IInferenceEngine>("inner")));
        using var host = builder.Build();
        await host.StartAsync();
        Assert.That((await host.Services.GetRequiredService<IInferenceEngine>().ReadAllAsync("a>")).Text(), Is.EqualTo("a"));
        await host.StopAsync();
    }

    [Test]
    public async Task Load_Failed_IsTriedAgainByTheNextRequest()
    {
        using var runtime = new FakeRuntime { Answer = prompt => prompt, OnLoad = _ => throw new GgufException("x", "cut short") };
        await using var provider = Services(runtime).AddLamina(_path, Greedy()).BuildServiceProvider();
        var engine = provider.GetRequiredService<IInferenceEngine>();
        for (var i = 0; i < 2; i++)
        {
            Assert.That(async () => await engine.ReadAllAsync("x>"), Throws.TypeOf<GgufException>());
        }

        runtime.OnLoad = null;
        Assert.That((await engine.ReadAllAsync("x>")).Text(), Is.EqualTo("x"));
        Assert.That(runtime.Loads, Is.EqualTo(3));
    }

    [Test]
    public async Task Load_CancelledByItsRequest_LeavesTheOthers()
    {
        using var runtime = new FakeRuntime { Answer = prompt => prompt };
        var isFirst = 0;
        using var isLoading = new ManualResetEventSlim();
        runtime.OnLoad = async token =>
        {
            if (Interlocked.Exchange(ref isFirst, 1) == 0)
            {
                isLoading.Set();
                await Task.Delay(Eventually.Patience, token);
            }
        };
        await using var provider = Services(runtime).AddLamina(_path, Greedy()).BuildServiceProvider();
        var engine = provider.GetRequiredService<IInferenceEngine>();
        using var cancellation = new CancellationTokenSource();
        var first = engine.ReadAllAsync("a>", cancellation: cancellation.Token);
        Assert.That(isLoading.Wait(Eventually.Patience), Is.True);
        var second = engine.ReadAllAsync("b>");
        await cancellation.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await second).Text(), Is.EqualTo("b"));
    }

    [Test]
    public async Task Dispose_Container_DisposesOfTheEngine([Values] bool isAsync, [Values] bool isLoaded)
    {
        using var runtime = new FakeRuntime { Answer = prompt => prompt };
        var provider = Services(runtime).AddLamina(_path, Greedy()).BuildServiceProvider();
        var engine = provider.GetRequiredService<IInferenceEngine>();
        if (isLoaded)
        {
            await engine.ReadAllAsync("x>");
        }

        await DisposeAsync(provider, isAsync);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(runtime.Models.Select(model => model.Disposals), Is.EqualTo(isLoaded ? [1] : Array.Empty<int>()));
            Assert.That(async () => await engine.ReadAllAsync("x>"), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(async () => await engine.ScoreAsync("x"), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(async () => await engine.EmbedAsync(["x"]), Throws.TypeOf<ObjectDisposedException>());
        }
    }

    [Test]
    public async Task Dispose_MoreThanOnce_DoesNothingMore()
    {
        using var runtime = new FakeRuntime { Answer = prompt => prompt };
        await using var provider = Services(runtime).AddLamina(_path, Greedy()).BuildServiceProvider();
        var engine = provider.GetRequiredService<IInferenceEngine>();
        await engine.ReadAllAsync("x>");
        await engine.DisposeAsync().AsTask().WaitAsync(Eventually.Patience);
        await engine.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5));
        engine.Dispose();
    }

    [Test]
    public async Task Dispose_WhileLoading_EndsTheRequestsAndLeavesNothingBehind([Values] bool isAsync, [Values] bool inDecoder)
    {
        using var isLoading = new ManualResetEventSlim();
        using var mayLoad = new ManualResetEventSlim();
        using var runtime = new FakeRuntime { Answer = prompt => prompt };
        void Block()
        {
            isLoading.Set();
            mayLoad.Wait(Eventually.Patience);
        }

        runtime.OnLoad = _ => inDecoder ? Task.CompletedTask : Task.Run(Block, CancellationToken.None);
        runtime.OnCreateDecoder = inDecoder ? _ => Block() : null;
        var provider = Services(runtime).AddLamina(_path, Greedy()).BuildServiceProvider();
        var engine = provider.GetRequiredService<IInferenceEngine>();
        Task[] requests = [engine.ReadAllAsync("a>"), engine.ScoreAsync("ab"), engine.EmbedAsync(["b"])];
        Assert.That(isLoading.Wait(Eventually.Patience), Is.True);
        var disposal = Task.Run(() => DisposeAsync(provider, isAsync));
        await Task.WhenAny(disposal, Task.Delay(100));
        mayLoad.Set();
        await disposal.WaitAsync(Eventually.Patience);
        foreach (var request in requests)
        {
            Assert.That(async () => await request.WaitAsync(Eventually.Patience), Throws.TypeOf<ObjectDisposedException>());
        }

        await Eventually.IsTrueAsync(() => runtime.Models.All(model => model.Disposals == 1)
            && runtime.Decoders.All(decoder => decoder.Disposals == 1));
    }

    [Test]
    public async Task Generate_CancelledWhileLoading_FinishesWhenAskedTo()
    {
        using var isLoading = new ManualResetEventSlim();
        using var runtime = new FakeRuntime { Answer = prompt => prompt };
        runtime.OnLoad = async token =>
        {
            isLoading.Set();
            await Task.Delay(Eventually.Patience, token);
        };
        await using var provider = Services(runtime).AddLamina(_path).BuildServiceProvider();
        using var cancellation = new CancellationTokenSource();
        var request = provider.GetRequiredService<IInferenceEngine>()
            .ReadAllAsync("x>", new() { OnCancel = CancellationBehavior.Finish }, cancellation.Token);
        Assert.That(isLoading.Wait(Eventually.Patience), Is.True);
        await cancellation.CancelAsync();
        Assert.That((await request).Single() is { FinishReason: FinishReason.Cancelled, Usage: not null }, Is.True);
    }

    private static IServiceCollection Services(FakeRuntime runtime) =>
        new ServiceCollection().AddSingleton<IModelRuntime>(_ => new NotOwned(runtime));

    private static EngineOptions Greedy(int? maxTokens = null) =>
        new() { Generation = EngineCalls.Greedy with { MaxTokens = maxTokens } };

    private static async Task DisposeAsync(ServiceProvider provider, bool isAsync)
    {
        if (isAsync)
        {
            await provider.DisposeAsync();
        }
        else
        {
            provider.Dispose();
        }
    }

    /// <summary>Keeps the container from disposing of the runtime, which looks for leaks then.</summary>
    private sealed class NotOwned(FakeRuntime runtime) : IModelRuntime
    {
        public string Description => runtime.Description;

        public DeviceInventory GetDevices() => runtime.GetDevices();

        public Task<ILanguageModel> LoadAsync(
            string path,
            ModelLoadOptions? options = null,
            IProgress<float>? progress = null,
            CancellationToken cancellationToken = default) => runtime.LoadAsync(path, options, progress, cancellationToken);
    }

    private sealed class Wrapper(IInferenceEngine inner) : IInferenceEngine
    {
        public ModelInfo Model => inner.Model;

        public ITokenizer Tokenizer => inner.Tokenizer;

        public int ContextSize => inner.ContextSize;

        public GenerationOptions DefaultGeneration => inner.DefaultGeneration;

        public IAsyncEnumerable<Token> GenerateAsync(
            Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            inner.GenerateAsync(prompt, options, cancellationToken);

        public Task<ISequence> OpenSequenceAsync(
            SequenceOptions? options = null, CancellationToken cancellationToken = default) =>
            inner.OpenSequenceAsync(options, cancellationToken);

        public Task<TextScore> ScoreAsync(
            Prompt text, Prompt? context = null, CancellationToken cancellationToken = default) =>
            inner.ScoreAsync(text, context, cancellationToken);

        public Task<IReadOnlyList<float[]>> EmbedAsync(
            IReadOnlyList<Prompt> inputs, EmbeddingOptions? options = null, CancellationToken cancellationToken = default) =>
            inner.EmbedAsync(inputs, options, cancellationToken);

        public Lamina.Scheduling.EngineMetrics GetMetrics() => inner.GetMetrics();

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
