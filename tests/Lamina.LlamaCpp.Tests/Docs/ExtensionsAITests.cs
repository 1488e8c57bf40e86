using System.Text.Json;
using Lamina.Extensions.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/extensions-ai.md.</summary>
public sealed class ExtensionsAITests : PageFixture
{
    [Test]
    public async Task Client_CallsFunctions()
    {
        var engine = await TestEngines.TrainedAsync();

        IChatClient client = engine.AsChatClient().AsBuilder().UseFunctionInvocation().Build();
        var weather = AIFunctionFactory.Create(
            (string city) => new { sky = "sunny", degrees = 21 }, "get_weather", "Get the weather of a city");
        var said = await client.GetResponseAsync("How is the weather in Oslo today?", new() { Tools = [weather], Temperature = 0 });
        Console.WriteLine(said.Text); // It is sunny in Oslo, with 21 degrees.

        Assert.That(said.Text, Is.EqualTo("It is sunny in Oslo, with 21 degrees."));

        await foreach (var update in client.GetStreamingResponseAsync("Tell me a story about a fox."))
            Console.Write(update.Text);
    }

    [Test]
    public async Task OptionsOfLamina_AreTaken()
    {
        var engine = await TestEngines.TrainedAsync();
        using var client = engine.AsChatClient();

        var picky = new ChatOptions
        {
            MaxOutputTokens = 50,
            AdditionalProperties = new() { [ChatOptionKeys.MinP] = 0.1, [ChatOptionKeys.Choices] = new[] { "yes", "no" } },
        };
        var verdict = await client.GetResponseAsync("Is a fox an animal?", picky);

        Assert.That(verdict.Text, Is.AnyOf("yes", "no"));
    }

    [Test]
    public async Task Function_IsATool()
    {
        var engine = await TestEngines.TrainedAsync();

        var add = AIFunctionFactory.Create((int a, int b) => a + b, "add", "Add two numbers").AsChatTool();
        var session = new ChatSession(engine, new() { Tools = [add] });

        Assert.That(session.Messages, Is.Empty);
        Assert.That(await add.InvokeAsync(JsonElement.Parse("""{"a": 12, "b": 30}""")), Is.EqualTo("42"));
    }

    [Test]
    public async Task Generator_GivesVectors()
    {
        var engine = await TestEngines.TrainedAsync();

        IEmbeddingGenerator<string, Embedding<float>> generator = engine.AsEmbeddingGenerator();
        var generated = await generator.GenerateAsync(["A cat sits on the mat.", "A kitten is lying on a rug."]);

        Assert.That(generated.Select(embedding => embedding.Vector.Length), Is.EqualTo([256, 256]));
    }

    [Test]
    public async Task Container_HasClientAndGenerator()
    {
        RequireEmbeddingModel();
        var services = new ServiceCollection();

        services.AddLlamaCpp().AddLamina("model.gguf");
        services.AddLaminaChatClient();
        services.AddLamina("all-MiniLM-L6-v2.F16.gguf", serviceKey: "embeddings");
        services.AddLaminaEmbeddingGenerator("embeddings");

        await using var provider = services.BuildServiceProvider();
        var generator = provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
        Assert.That((await provider.GetRequiredService<IChatClient>().GetResponseAsync("What is Lamina?")).Text, Does.Contain("Lamina"));
        Assert.That((await generator.GenerateVectorAsync("A cat.")).Length, Is.EqualTo(384));
    }

    [Test]
    public void Keys_AreThoseOfThePage()
    {
        var page = Repository.Read("docs/extensions-ai.md");
        var keys = typeof(ChatOptionKeys).GetFields().Select(field => (string)field.GetRawConstantValue()!);
        Assert.That(keys, Is.Not.Empty);
        Assert.That(keys.Where(key => !page.Contains($"`{key}`", StringComparison.Ordinal)), Is.Empty);
    }
}
