using System.Numerics.Tensors;
using Lamina.TestSupport;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Engine;

public sealed class EmbedTests
{
    [Test]
    public async Task EmbedAsync_SentenceModel_NearMeaningsAreNear()
    {
        var engine = await TestEngines.MiniAsync();

        var vectors = await engine.EmbedAsync(
            ["A cat sits on the mat.", "A kitten is lying on a rug.", "The stock market fell sharply today."]);

        Assert.That(vectors.Select(vector => vector.Length), Has.All.EqualTo(384));
        Assert.That(vectors.Select(vector => (double)TensorPrimitives.Norm<float>(vector)), Has.All.EqualTo(1).Within(1e-4));
        Assert.That(Cosine(vectors[0], vectors[1]), Is.GreaterThan(Cosine(vectors[0], vectors[2]) + 0.3));
    }

    [Test]
    public async Task EmbedAsync_ManyTexts_EachAsWhenAlone()
    {
        var engine = await TestEngines.MiniAsync();
        var texts = Enumerable.Range(1, 40)
            .Select(i => (Prompt)string.Concat(Enumerable.Repeat($"sentence number {i} ", i)))
            .ToArray();

        var together = await engine.EmbedAsync(texts);

        foreach (var i in new[] { 0, 17, 39 })
        {
            Assert.That(Cosine(together[i], await engine.EmbedAsync(texts[i])), Is.GreaterThan(0.999));
        }
    }

    [Test]
    public async Task EmbedAsync_NotNormalized_KeepsTheModelsLength()
    {
        var engine = await TestEngines.MiniAsync();

        var raw = await engine.EmbedAsync("hello", new() { Normalize = false });

        Assert.That(TensorPrimitives.Norm<float>(raw), Is.Not.EqualTo(1).Within(0.01));
    }

    [Test]
    public async Task EmbedAsync_GenerativeModel_PoolsTheMean()
    {
        var engine = await TestEngines.SmolAsync();

        var vectors = await engine.EmbedAsync(["I love my dog.", "I love my puppy.", "int main() { return 0; }"]);

        Assert.That(vectors[0], Has.Length.EqualTo(576));
        Assert.That(Cosine(vectors[0], vectors[1]), Is.GreaterThan(Cosine(vectors[0], vectors[2])));
    }

    [Test]
    public async Task EmbedAsync_Reranker_GivesItsScores()
    {
        await using var engine = await LlamaCpp.LoadAsync(TestModels.Require("random-bert-rank.gguf"));

        var scores = await engine.EmbedAsync("query and document");

        Assert.That(engine.Model.IsReranker);
        Assert.That(scores, Has.Length.EqualTo(1));
        Assert.That(float.IsFinite(scores[0]));
    }

    [Test]
    public async Task EmbedAsync_TooLongOrEmpty_IsRefused()
    {
        var engine = await TestEngines.MiniAsync();

        await Assert.ThrowsAsync<ContextFullException>(
            () => engine.EmbedAsync(string.Concat(Enumerable.Repeat("word ", 600))));
        await Assert.ThrowsAsync<ArgumentException>(() => engine.EmbedAsync(["fine", null!]));
        Assert.That(await engine.EmbedAsync([]), Is.Empty);
    }

    [Test]
    public async Task EmbedAsync_TooLongAndTruncated_IsThatOfItsBeginning()
    {
        var engine = await TestEngines.MiniAsync();

        var vectors = await engine.EmbedAsync([Words(600), Words(510), Words(500)], new() { Truncate = true });

        // 510 words and the tokens around them fill the context.
        Assert.That(Cosine(vectors[0], vectors[1]), Is.EqualTo(1).Within(1e-5));
        Assert.That(Cosine(vectors[0], vectors[2]), Is.Not.EqualTo(1).Within(1e-5));

        static Prompt Words(int count) => string.Concat(Enumerable.Range(0, count).Select(i => i % 7 == 0 ? "cat " : "word "));
    }

    [Test]
    public async Task EmbedAsync_FewerDimensions_AreTheFirstOnesScaled()
    {
        var engine = await TestEngines.MiniAsync();

        var whole = await engine.EmbedAsync("A cat sits on the mat.");
        var cut = await engine.EmbedAsync("A cat sits on the mat.", new() { Dimensions = 100 });

        Assert.That(cut, Has.Length.EqualTo(100));
        Assert.That(TensorPrimitives.Norm<float>(cut), Is.EqualTo(1).Within(1e-5));
        Assert.That(Cosine(cut, whole[..100]), Is.EqualTo(1).Within(1e-5));
    }

    [Test]
    public async Task GenerateAsync_EmbeddingModel_IsNotSupported()
    {
        var engine = await TestEngines.MiniAsync();

        Assert.Throws<NotSupportedException>(() => engine.GenerateAsync("hello"));
        await Assert.ThrowsAsync<NotSupportedException>(() => engine.ScoreAsync("hello"));
    }

    private static float Cosine(float[] left, float[] right) => TensorPrimitives.CosineSimilarity<float>(left, right);
}
