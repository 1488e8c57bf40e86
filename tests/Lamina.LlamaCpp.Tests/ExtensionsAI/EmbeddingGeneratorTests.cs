using System.Diagnostics;
using System.Numerics.Tensors;
using Lamina.Extensions.AI;
using Lamina.TestSupport;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Lamina.LlamaCpp.Tests.ExtensionsAI;

/// <summary>A real embedding model behind Microsoft.Extensions.AI, alone and under its decorators.</summary>
public sealed class EmbeddingGeneratorTests
{
    private static readonly string[] Texts =
        ["A cat sits on the mat.", "A kitten is lying on a rug.", "The stock market fell sharply today."];

    [Test]
    public async Task GenerateAsync_SentenceModel_NearMeaningsAreNear()
    {
        using var generator = (await TestEngines.MiniAsync()).AsEmbeddingGenerator();

        var embeddings = await generator.GenerateAsync(Texts);

        var vectors = embeddings.Select(embedding => embedding.Vector.ToArray()).ToArray();
        Assert.That(vectors.Select(vector => vector.Length), Has.All.EqualTo(384));
        Assert.That(Dot(vectors[0], vectors[1]), Is.GreaterThan(Dot(vectors[0], vectors[2]) + 0.3f));
        Assert.That(generator.GetService<EmbeddingGeneratorMetadata>()?.DefaultModelDimensions, Is.EqualTo(384));

        static float Dot(float[] left, float[] right) => TensorPrimitives.Dot<float>(left, right);
    }

    [Test]
    public async Task GenerateAsync_Usage_CountsTheTokensThatTheModelReads()
    {
        var engine = await TestEngines.MiniAsync();
        using var generator = engine.AsEmbeddingGenerator(new() { Truncate = true });
        var before = engine.GetMetrics().PromptTokens;

        var embeddings = await generator.GenerateAsync([.. Texts, string.Concat(Enumerable.Repeat("word ", 600))]);

        var read = engine.GetMetrics().PromptTokens - before;
        Assert.That(embeddings.Usage?.InputTokenCount, Is.EqualTo(read).And.GreaterThan(512));
    }

    [Test]
    public async Task UseDistributedCache_SameTextAgain_IsNotComputed()
    {
        var engine = await TestEngines.MiniAsync();
        using var generator = engine.AsEmbeddingGenerator().AsBuilder()
            .UseDistributedCache(new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions())))
            .Build();

        var first = await generator.GenerateAsync(Texts[..2]);
        var before = engine.GetMetrics().PromptTokens;
        var second = await generator.GenerateAsync([Texts[1], Texts[2], Texts[0]]);

        var computed = engine.GetMetrics().PromptTokens - before;
        Assert.That(computed, Is.EqualTo(engine.Tokenizer.Encode(Texts[2]).Length + 2), "only the new one");
        Assert.That(second[0].Vector.ToArray(), Is.EqualTo(first[1].Vector.ToArray()));
        Assert.That(second[2].Vector.ToArray(), Is.EqualTo(first[0].Vector.ToArray()));
    }

    [Test]
    public async Task UseOpenTelemetry_Spans_NameProviderModelAndTokens()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "lamina-test",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var engine = await TestEngines.MiniAsync();
        using var generator = engine.AsEmbeddingGenerator().AsBuilder().UseOpenTelemetry(sourceName: "lamina-test").Build();

        var embeddings = await generator.GenerateAsync(Texts, new() { Dimensions = 64 });

        var tags = spans.Single().TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tags["gen_ai.provider.name"], Is.EqualTo("lamina"));
            Assert.That(tags["gen_ai.request.model"], Is.EqualTo(engine.Model.Name));
            Assert.That(tags["gen_ai.usage.input_tokens"], Is.EqualTo(embeddings.Usage?.InputTokenCount));
            Assert.That(embeddings[0].Dimensions, Is.EqualTo(64));
        }
    }

    [Test]
    public async Task UseLogging_Calls_AreLogged()
    {
        using var log = new LogRecorder();
        var engine = await TestEngines.MiniAsync();
        using var generator = engine.AsEmbeddingGenerator().AsBuilder().UseLogging(log).Build();

        await generator.GenerateAsync(Texts);

        Assert.That(log.Texts, Has.Some.Contains("GenerateAsync"));
        Assert.That(generator.GetService<IInferenceEngine>(), Is.SameAs(engine));
    }

    [Test]
    public async Task AddLaminaEmbeddingGenerator_RealEngine_Embeds()
    {
        await using var services = new ServiceCollection()
            .AddLlamaCpp()
            .AddLamina(TestSupport.TestModels.Require(TestEngines.MiniName), new() { ContextSize = 64 }, "embeddings")
            .AddLaminaEmbeddingGenerator("embeddings")
            .BuildServiceProvider();

        var vector = await services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>().GenerateVectorAsync(Texts[0]);

        Assert.That(vector.Length, Is.EqualTo(384));
    }
}
