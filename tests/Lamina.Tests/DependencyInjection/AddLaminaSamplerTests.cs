using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Tests.Fakes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Lamina.Tests.DependencyInjection;

/// <summary>Samplers of an app that configuration names.</summary>
internal sealed class AddLaminaSamplerTests
{
    private string _path = "";

    [OneTimeSetUp]
    public void CreateModelFile() => _path = Path.GetTempFileName();

    [OneTimeTearDown]
    public void DeleteModelFile() => File.Delete(_path);

    [Test]
    public async Task AddLaminaSampler_NamedInConfiguration_Samples()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        await using var provider = Services(runtime, "always-b", "greedy")
            .AddLaminaSampler("always-b", (_, tokenizer) => new LogitBiasSampler(
                new Dictionary<int, float> { [tokenizer.Encode("b")[0]] = 1000 }))
            .BuildServiceProvider();
        var engine = provider.GetRequiredService<IInferenceEngine>();
        var own = engine.ReadAllAsync("x>", new() { MaxTokens = 4, Sampling = new() { Order = ["always-b"] } });
        Assert.That((await engine.ReadAllAsync("x>")).Text(), Is.EqualTo("bbb"));
        Assert.That((await own).Text(), Is.EqualTo("bbbb"), "requests can name it as well");
    }

    [Test]
    public async Task AddLaminaSampler_NotAdded_FailsBeforeTheModelLoads()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        await using var provider = Services(runtime, "always-b").AddLaminaSampler("other", (_, _) => null).BuildServiceProvider();
        var engine = provider.GetRequiredService<IInferenceEngine>();
        Assert.That(
            async () => await engine.ReadAllAsync("x>"),
            Throws.TypeOf<OptionsValidationException>()
                .With.Message.Contains("Order names 'always-b', which is no sampler; there are logit-bias,")
                .And.Message.Contains("greedy, other."));
        Assert.That(runtime.Loads, Is.Zero);
    }

    [Test]
    public void AddLaminaSampler_NameTaken_IsRefused() => Assert.That(
        () => new ServiceCollection().AddLaminaSampler("top-k", (_, _) => null), Throws.ArgumentException.With.Message.Contains("'top-k'"));

    [Test]
    public async Task EngineOptions_CatalogOfOnesOwn_ServesRequestsWithoutAContainer()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        var catalog = SamplerCatalog.BuiltIn.Add(
            "no-a", (_, _) => new LogitBiasSampler(new Dictionary<int, float> { ['a'] = float.NegativeInfinity, ['z'] = 1 }));
        await using var engine = await runtime.StartEngineAsync(new() { Samplers = catalog });
        var options = new GenerationOptions { MaxTokens = 1, Sampling = new() { Order = ["no-a"] } };
        Assert.That((await engine.ReadAllAsync("x>", options)).Text(), Is.EqualTo("z"));
        Assert.That(
            () => engine.GenerateAsync("x>", new() { Sampling = new() { Order = ["no-b"] } }),
            Throws.ArgumentException.With.Message.Contains("'no-b'").And.Message.Contains("no-a"));
    }

    private IServiceCollection Services(FakeRuntime runtime, params string[] order)
    {
        IEnumerable<KeyValuePair<string, string?>> values =
        [
            new("ModelPath", _path),
            new("Engine:Generation:MaxTokens", "3"),
            .. order.Select((name, i) => KeyValuePair.Create($"Engine:Generation:Sampling:Order:{i}", (string?)name)),
        ];
        return new ServiceCollection()
            .AddSingleton<IModelRuntime>(runtime)
            .AddLamina(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }
}
