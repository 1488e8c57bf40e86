using System.Text.Json.Serialization;
using Lamina.Chat;
using Lamina.Quantization;
using Lamina.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/getting-started.md, and the first lines of the README and of the tiny model's card.</summary>
public sealed partial class GettingStartedTests : PageFixture
{
    [Test]
    public async Task FirstApp_TellsAStory()
    {
        await using var engine = await LlamaCpp.LoadAsync(TinyModel.Path);
        await foreach (var token in engine.GenerateAsync("Once upon a time"))
            Console.Write(token.Text);

        Assert.That(() => engine.GetMetrics().CompletedRequests, Is.EqualTo(1).After(10_000, 5));
    }

    [Test]
    public async Task ModelOfYours_Streams()
    {
        await using var engine = await LlamaCpp.LoadAsync("model.gguf");
        await foreach (var token in engine.GenerateAsync("Once upon a time", new() { MaxTokens = 64 }))
            Console.Write(token.Text);

        Assert.That(() => engine.GetMetrics().CompletedRequests, Is.EqualTo(1).After(10_000, 5));
    }

    [Test]
    public async Task TinyModel_Adds()
    {
        await using var tiny = await LlamaCpp.LoadAsync(TinyModel.Path);
        var sum = await tiny.CompleteAsync("Question: What is 472 + 365?\nAnswer:\n", new() { Stop = ["Question:"], Sampling = new() { Temperature = 0 } });
        Console.WriteLine(sum.Text); // a line for each pair of digits, and then "#### 837"

        Assert.That(sum.Text, Does.Contain("#### 837"));
    }

    [Test]
    public async Task Ask_IsAnswered()
    {
        var engine = await TestEngines.TrainedAsync();

        var reply = await engine.ReplyAsync([ChatMessage.User("What is Lamina?")]);
        Console.WriteLine(reply.Message.Text);

        Assert.That(reply.Message.Text, Does.Contain("Lamina"));
    }

    [Test]
    public async Task Session_KeepsTheChat()
    {
        var engine = await TestEngines.TrainedAsync();

        var chat = new ChatSession(engine) { SystemPrompt = "Be brief." };
        await foreach (var part in chat.StreamAsync("Tell me a story about a fox."))
            Console.Write(part.Text);
        var again = await chat.SendAsync("Tell me a story about an owl.");

        Assert.That(chat.Messages, Has.Count.EqualTo(4));
        Assert.That(again.Usage.CachedTokens, Is.Positive);
    }

    [Test]
    public async Task ManyAtOnce_AreAllAnswered()
    {
        var engine = await TestEngines.TrainedAsync();

        string[] questions = ["What is Lamina?", "How do I load a model?", "What is 12 + 30?"];
        var replies = await Task.WhenAll(questions.Select(question => engine.ReplyAsync([ChatMessage.User(question)])));

        Assert.That(replies[2].Message.Text, Does.Contain("42"));
    }

    [Test]
    public async Task Json_BecomesAValue()
    {
        var engine = await TestEngines.TrainedAsync();

        var pet = await engine.GenerateAsync(
            "Question: Give me name, color and tame as JSON. Pip is a red fox, and it is tame.\nAnswer:\n",
            AppJson.Default.Pet,
            new() { MaxTokens = 100, Sampling = new() { Temperature = 0 } });
        Console.WriteLine(pet); // Pet { Name = Pip, Color = red, Tame = True }

        Assert.That(pet, Is.EqualTo(new Pet("Pip", "red", Tame: true)));
    }

    [Test]
    public async Task Quantize_MakesASmallerModel()
    {
        var small = await LlamaCpp.QuantizeAsync(TinyModel.Path, "small.gguf", QuantizationProfile.Int4);
        Console.WriteLine($"{small.SizeBytes / 1e6:F1} MB, {small.Plan.BitsPerWeight:F1} bits a weight");

        Assert.That(new FileInfo("small.gguf").Length, Is.LessThan(new FileInfo(TinyModel.Path).Length / 2));
    }

    [Test]
    public async Task Rerank_FindsByMeaning()
    {
        RequireEmbeddingModel();

        await using var embedder = await LlamaCpp.LoadAsync("all-MiniLM-L6-v2.F16.gguf");
        string[] texts = ["Yeast makes dough grow.", "Kittens learn to hunt by playing."];
        var best = (await embedder.RerankAsync("How do young cats learn?", texts))[0];
        Console.WriteLine($"{texts[best.Index]} ({best.Score:F2})");

        Assert.That(best.Index, Is.EqualTo(1));
    }

    [Test]
    public async Task Stop_EndsWithWhatThereIs()
    {
        var engine = await TestEngines.TrainedAsync();

        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var begun = await engine.CompleteAsync("Once upon a time", new() { OnCancel = CancellationBehavior.Finish }, stop.Token);
        Console.WriteLine($"{begun.Text} ({begun.FinishReason})");

        Assert.That(begun.Text, Is.Not.Empty);
    }

    [Test]
    public async Task MissingModel_IsTold()
    {
        var error = new StringWriter();
        var before = Console.Error;
        Console.SetError(error);
        try
        {
            try
            {
                await using var other = await LlamaCpp.LoadAsync("no-such-model.gguf");
            }
            catch (Exception e) when (e is LaminaException or IOException)
            {
                Console.Error.WriteLine(e.Message);
            }
        }
        finally
        {
            Console.SetError(before);
        }

        Assert.That(error.ToString(), Does.Contain("no-such-model.gguf"));
    }

    [Test]
    public async Task Container_LoadsTheEngine()
    {
        var services = new ServiceCollection();
        services.AddLlamaCpp();
        services.AddLamina("model.gguf", new EngineOptions { ContextSize = 2048, MaxSequences = 8 });

        await using var provider = services.BuildServiceProvider();
        var answer = provider.GetRequiredService<IInferenceEngine>().CompleteAsync("Hello", new() { MaxTokens = 2 });
        Assert.That(async () => await answer, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("1024")); // the tiny model's context
    }

    internal sealed record Pet(string Name, string Color, bool Tame);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Pet))]
    internal sealed partial class AppJson : JsonSerializerContext;
}
