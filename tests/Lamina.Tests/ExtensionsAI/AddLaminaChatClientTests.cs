using Lamina.Extensions.AI;
using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Lamina.Tests.ExtensionsAI;

/// <summary>Chat clients from a service container.</summary>
internal sealed class AddLaminaChatClientTests
{
    private string _path = "";

    [OneTimeSetUp]
    public void CreateModelFile() => _path = Path.GetTempFileName();

    [OneTimeTearDown]
    public void DeleteModelFile() => File.Delete(_path);

    [Test]
    public async Task AddLaminaChatClient_WithoutHost_LoadsWithTheFirstRequest()
    {
        using var runtime = Runtime();
        var clock = new FixedDate();
        await using var provider = new ServiceCollection().AddSingleton<IModelRuntime>(runtime).AddSingleton<TimeProvider>(clock)
            .AddLamina(_path).AddLaminaChatClient(defaults: new() { Generation = new() { MaxTokens = 2 } }).BuildServiceProvider();
        var client = provider.GetRequiredService<IChatClient>();
        Assert.That(client.GetService<ChatClientMetadata>()!.DefaultModelId, Is.Null);
        Assert.That(client.GetService<ITokenizer>(), Is.Null);
        Assert.That(runtime.Loads, Is.Zero);

        var response = await client.GetResponseAsync("Hi").WaitAsync(Eventually.Patience);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((response.Text, response.ModelId, response.CreatedAt), Is.EqualTo(("He", "fake", clock.GetUtcNow())));
            Assert.That(client.GetService<ChatClientMetadata>()!.DefaultModelId, Is.EqualTo("fake"));
            Assert.That(client.GetService<ITokenizer>(), Is.SameAs(runtime.Tokenizer));
            Assert.That(provider.GetRequiredService<IChatClient>(), Is.SameAs(client));
            Assert.That(runtime.Loads, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task AddLaminaChatClient_Key_IsThatOfTheEngine()
    {
        using var runtime = Runtime();
        await using var provider = new ServiceCollection().AddSingleton<IModelRuntime>(runtime)
            .AddLamina(_path, serviceKey: "other").AddLaminaChatClient("other").BuildServiceProvider();
        var client = provider.GetRequiredKeyedService<IChatClient>("other");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(client.GetService<IInferenceEngine>(), Is.SameAs(provider.GetRequiredKeyedService<IInferenceEngine>("other")));
            Assert.That(provider.GetService<IChatClient>(), Is.Null);
            Assert.That((await client.GetResponseAsync("Hi").WaitAsync(Eventually.Patience)).Text, Is.EqualTo("Hello"));
            Assert.That(() => ((IServiceCollection)null!).AddLaminaChatClient(), Throws.ArgumentNullException);
        }
    }

    private static FakeRuntime Runtime()
    {
        var runtime = new FakeRuntime();
        return new() { Answer = _ => "Hello", Info = runtime.Info with { ChatTemplate = "{{ messages[0].content }}>" } };
    }
}
