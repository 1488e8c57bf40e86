using Lamina.Extensions.AI;
using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tests.Gguf;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Lamina.Tests.ExtensionsAI;

/// <summary>Generators of embeddings in a service container.</summary>
internal sealed class AddLaminaEmbeddingGeneratorTests
{
    [Test]
    public async Task AddLaminaEmbeddingGenerator_Engine_IsLoadedByTheFirstCallAndStaysTheContainers()
    {
        using var runtime = new FakeRuntime { Embedding = _ => [3, 0, 4, 0] };
        using var file = new TemporaryFile([]);
        await using (var services = Services(runtime).AddLamina(file.Path).AddLaminaEmbeddingGenerator(options: new() { Normalize = false }).BuildServiceProvider())
        {
            var generator = services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
            var before = generator.GetService<EmbeddingGeneratorMetadata>();
            var vector = await generator.GenerateVectorAsync("x");
            var after = generator.GetService<EmbeddingGeneratorMetadata>();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(services.GetRequiredService<IEmbeddingGenerator>(), Is.SameAs(generator));
                Assert.That((before?.ProviderName, before?.DefaultModelId), Is.EqualTo(("lamina", (string?)null)), "not loaded yet");
                Assert.That((after?.DefaultModelId, after?.DefaultModelDimensions), Is.EqualTo(("fake", 4)));
                Assert.That(vector.ToArray(), Is.EqualTo(new float[] { 3, 0, 4, 0 }));
            }

            generator.Dispose();
            Assert.That(await services.GetRequiredService<IInferenceEngine>().EmbedAsync("x"), Has.Length.EqualTo(4));
        }

        Assert.That(runtime.Models.Single().Disposals, Is.EqualTo(1));
    }

    [Test]
    public async Task AddLaminaEmbeddingGenerator_Key_NamesTheEngine()
    {
        using var runtime = new FakeRuntime();
        using var file = new TemporaryFile([]);
        await using var services = Services(runtime)
            .AddLamina(file.Path)
            .AddLamina(file.Path, serviceKey: "embeddings")
            .AddLaminaEmbeddingGenerator("embeddings")
            .BuildServiceProvider();

        var generator = services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();

        Assert.That(
            generator.GetService<IInferenceEngine>(),
            Is.SameAs(services.GetRequiredKeyedService<IInferenceEngine>("embeddings"))
                .And.Not.SameAs(services.GetRequiredService<IInferenceEngine>()));
    }

    [Test]
    public async Task AddLaminaEmbeddingGenerator_NoEngine_SaysSo()
    {
        using var runtime = new FakeRuntime();
        await using var services = Services(runtime).AddLaminaEmbeddingGenerator().BuildServiceProvider();
        Assert.That(
            () => services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>(),
            Throws.InvalidOperationException.With.Message.Contains(nameof(IInferenceEngine)));
        Assert.That(
            () => EmbeddingServiceCollectionExtensions.AddLaminaEmbeddingGenerator(null!), Throws.ArgumentNullException);
    }

    private static IServiceCollection Services(FakeRuntime runtime) =>
        new ServiceCollection().AddSingleton<IModelRuntime>(runtime);
}
