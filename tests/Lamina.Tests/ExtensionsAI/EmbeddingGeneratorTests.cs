using Lamina.Extensions.AI;
using Lamina.Tests.Fakes;
using Microsoft.Extensions.AI;

namespace Lamina.Tests.ExtensionsAI;

/// <summary>An engine as a generator of embeddings.</summary>
internal sealed class EmbeddingGeneratorTests
{
    private static readonly EmbeddingOptions AsIs = new() { Normalize = false };

    [Test]
    public async Task Generate_Texts_GivesVectorsInOrderAndCountsTokens()
    {
        using var runtime = new FakeRuntime(new() { Prefix = [1], Suffix = [2, 3] });
        await using var engine = await runtime.StartEngineAsync();
        using var generator = engine.AsEmbeddingGenerator(AsIs);

        var embeddings = await generator.GenerateAsync(Texts());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(embeddings.Select(embedding => embedding.Vector.ToArray()), Is.EqualTo(new float[][] { [6, 1, 3, 1], [5, 1, 3, 1] }));
            Assert.That(embeddings.Select(embedding => embedding.ModelId), Is.All.EqualTo("fake"));
            Assert.That(embeddings.Usage?.InputTokenCount, Is.EqualTo(11));
            Assert.That(embeddings.Usage?.TotalTokenCount, Is.EqualTo(11));
        }

        static IEnumerable<string> Texts()
        {
            yield return "abc";
            yield return "de";
        }
    }

    [Test]
    public async Task Generate_Defaults_AreScaledVectors()
    {
        using var runtime = new FakeRuntime { Embedding = _ => [3, 0, 4, 0] };
        await using var engine = await runtime.StartEngineAsync();
        using var generator = engine.AsEmbeddingGenerator();
        Assert.That((await generator.GenerateVectorAsync("x")).ToArray(), Is.EqualTo(new[] { 0.6f, 0, 0.8f, 0 }).Within(1e-6f));
    }

    [Test]
    public async Task Generate_NoTexts_GivesNone()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        using var generator = engine.AsEmbeddingGenerator();

        var embeddings = await generator.GenerateAsync([]);

        Assert.That((embeddings.Count, embeddings.Usage?.InputTokenCount), Is.EqualTo((0, 0L)));
        Assert.That(runtime.Batches, Is.Empty);
    }

    [Test]
    public async Task Generate_LongText_IsRefusedOrCutAndCountedAsRead()
    {
        using var runtime = new FakeRuntime(new() { Prefix = [1], Suffix = [2] });
        await using var engine = await runtime.StartEngineAsync(new() { ContextSize = 8 });
        string[] texts = ["abcdefghijk", "ab"];
        using var strict = engine.AsEmbeddingGenerator(AsIs);
        using var lenient = engine.AsEmbeddingGenerator(AsIs with { Truncate = true });

        var embeddings = await lenient.GenerateAsync(texts);

        Assert.That(() => strict.GenerateAsync(texts), Throws.TypeOf<ContextFullException>());
        Assert.That(embeddings.Select(embedding => embedding.Vector.Span[0]), Is.EqualTo([8f, 4f]));
        Assert.That(embeddings.Usage?.InputTokenCount, Is.EqualTo(12));
    }

    [Test]
    public async Task Generate_Dimensions_OfTheCallGoFirst()
    {
        using var runtime = new FakeRuntime { Embedding = _ => [1, 2, 3, 4] };
        await using var engine = await runtime.StartEngineAsync();
        using var generator = engine.AsEmbeddingGenerator(AsIs with { Dimensions = 3 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await generator.GenerateAsync("x")).Dimensions, Is.EqualTo(3));
            Assert.That((await generator.GenerateVectorAsync("x", new() { Dimensions = 2 })).ToArray(), Is.EqualTo(new float[] { 1, 2 }));
            Assert.That(
                () => generator.GenerateAsync("x", new() { Dimensions = 5 }),
                Throws.ArgumentException.With.Message.Contains("Dimensions was 5"));
        }
    }

    [Test]
    public async Task Generate_RawOptions_TakeTheDefaultsPlace()
    {
        using var runtime = new FakeRuntime { Embedding = _ => [3, 0, 4, 12] };
        await using var engine = await runtime.StartEngineAsync();
        using var generator = engine.AsEmbeddingGenerator();

        var vector = await generator.GenerateVectorAsync(
            "x", new() { Dimensions = 3, RawRepresentationFactory = _ => AsIs with { Dimensions = 2 } });

        Assert.That(vector.ToArray(), Is.EqualTo(new float[] { 3, 0, 4 }));
    }

    [Test]
    public async Task Generate_ModelId_MustBeTheModels()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        using var generator = engine.AsEmbeddingGenerator();
        Assert.That(await generator.GenerateAsync(["x"], new() { ModelId = "Fake" }), Has.Count.EqualTo(1));
        Assert.That(
            () => generator.GenerateAsync(["x"], new() { ModelId = "other" }),
            Throws.ArgumentException.With.Message.Contains("'other'").And.Message.Contains("'fake'"));
    }

    [Test]
    public async Task Generate_WrongValues_AreRefused()
    {
        using var runtime = new FakeRuntime(new() { Prefix = [1] });
        await using var engine = await runtime.StartEngineAsync();
        using var generator = engine.AsEmbeddingGenerator();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => generator.GenerateAsync((IEnumerable<string>)null!), Throws.ArgumentNullException);
            Assert.That(() => generator.GenerateAsync(["a", ""]), Throws.ArgumentException.With.Message.Contains("Value 1 of 2"));
            Assert.That(() => generator.GenerateAsync([null!]), Throws.ArgumentException.With.Message.Contains("Value 0 of 1"));
            Assert.That(() => ((IInferenceEngine)null!).AsEmbeddingGenerator(), Throws.ArgumentNullException);
        }
    }

    [Test]
    public async Task Generate_Reranker_IsNotSupported()
    {
        using var origin = new FakeRuntime();
        using var runtime = new FakeRuntime { Info = origin.Info with { IsReranker = true } };
        await using var engine = await runtime.StartEngineAsync();
        using var generator = engine.AsEmbeddingGenerator();
        Assert.That(() => generator.GenerateAsync("x"), Throws.TypeOf<NotSupportedException>().With.Message.Contains("RerankAsync"));
    }

    [Test]
    public async Task Generate_Cancelled_Throws()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        using var generator = engine.AsEmbeddingGenerator();
        using var cancellation = new CancellationTokenSource();
        runtime.OnDecode = _ =>
        {
            cancellation.Cancel();
            return null;
        };
        Assert.That(
            () => generator.GenerateAsync(["x"], cancellationToken: cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task GetService_GivesMetadataEngineAndItself()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        using var generator = engine.AsEmbeddingGenerator();
        var metadata = generator.GetService<EmbeddingGeneratorMetadata>();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(metadata?.ProviderName, Is.EqualTo("lamina"));
            Assert.That(metadata?.DefaultModelId, Is.EqualTo("fake"));
            Assert.That(metadata?.DefaultModelDimensions, Is.EqualTo(4));
            Assert.That(generator.GetService<IInferenceEngine>(), Is.SameAs(engine));
            Assert.That(generator.GetService<InferenceEngine>(), Is.SameAs(engine));
            Assert.That(generator.GetService<IEmbeddingGenerator<string, Embedding<float>>>(), Is.SameAs(generator));
            Assert.That(generator.GetService<string>(), Is.Null);
            Assert.That(generator.GetService<IInferenceEngine>("key"), Is.Null);
            Assert.That(() => generator.GetService((Type)null!), Throws.ArgumentNullException);
        }
    }

    [Test]
    public async Task GetService_MetadataWithDimensions_SaysThem()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        using var generator = engine.AsEmbeddingGenerator(new() { Dimensions = 2 });
        Assert.That(generator.GetService<EmbeddingGeneratorMetadata>()?.DefaultModelDimensions, Is.EqualTo(2));
    }

    [Test]
    public async Task Dispose_Engine_GoesOnlyWhereOwned([Values] bool owns)
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        engine.AsEmbeddingGenerator(ownsEngine: owns).Dispose();
        if (owns)
        {
            Assert.That(() => engine.EmbedAsync("x"), Throws.TypeOf<ObjectDisposedException>());
        }
        else
        {
            Assert.That(await engine.EmbedAsync("x"), Has.Length.EqualTo(4));
        }
    }
}
