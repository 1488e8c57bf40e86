using System.Text;
using Lamina.Runtime;
using Lamina.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/dependency-injection.md; its engine in a container is in <see cref="GettingStartedTests"/>.</summary>
public sealed class DependencyInjectionTests : PageFixture
{
    [Test]
    public async Task Services_GetTheEngine()
    {
        await using var services = new ServiceCollection()
            .AddLlamaCpp().AddLamina("model.gguf", new() { ContextSize = 128 }).AddSingleton<Storyteller>().BuildServiceProvider();

        var story = await services.GetRequiredService<Storyteller>().TellAsync("Once upon a time").ToListAsync();
        Assert.That(story[^1].Usage!.GeneratedTokens, Is.InRange(1, 100));
    }

    [Test]
    public async Task Configuration_MakesEngines()
    {
        RequireEmbeddingModel();
        await File.WriteAllTextAsync("appsettings.json", MarkdownFile.Read("docs/dependency-injection.md").Blocks("json").First().Replace("2048", "512", StringComparison.Ordinal));

        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddLlamaCpp().AddLamina(builder.Configuration.GetSection("Lamina"));
        using var host = builder.Build();
        await host.StartAsync();

        var text = host.Services.GetRequiredService<IInferenceEngine>();
        var embeddings = host.Services.GetRequiredKeyedService<IInferenceEngine>("embeddings");

        Assert.That(text.Model.CanGenerate);
        Assert.That(embeddings.Model.CanGenerate, Is.False);
        Assert.That((await text.CompleteAsync("Once")).Tokens, Has.Length.AtMost(200));
    }

    [Test]
    public void Registration_IsReadAsItWasWritten()
    {
        var registration = new EngineRegistration { ModelPath = "model.gguf", Engine = new() { Threads = 4, KeyCacheType = KvCacheType.Int8 } };
        Console.WriteLine(registration.ToJson());

        var read = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(registration.ToJson()))).Build();
        Assert.That(read["Lamina:Engine:KeyCacheType"], Is.EqualTo("Int8"));
    }

    internal sealed class Storyteller(IInferenceEngine engine)
    {
        public IAsyncEnumerable<Token> TellAsync(string beginning, CancellationToken cancellationToken = default) =>
            engine.GenerateAsync(beginning, new() { MaxTokens = 100 }, cancellationToken);
    }
}
