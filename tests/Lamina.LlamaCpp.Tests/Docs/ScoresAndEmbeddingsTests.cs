using Lamina.Extensions.AI;
using Microsoft.Extensions.AI;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/scores-and-embeddings.md; the first choice is in <see cref="SamplingTests"/>.</summary>
public sealed class ScoresAndEmbeddingsTests : PageFixture
{
    [Test]
    public async Task ScoresAndVectors_Come()
    {
        var engine = await TestEngines.TrainedAsync();

        var score = await engine.ScoreAsync(" Paris", context: "The capital of France is");
        Console.WriteLine($"{score.LogLikelihood:F2}, perplexity {score.Perplexity:F2}");

        var vectors = await engine.EmbedAsync(["A cat sits on the mat.", "A kitten is lying on a rug."]);

        Assert.That(score.LogLikelihood, Is.Negative);
        Assert.That(vectors.Select(vector => vector.Length), Is.EqualTo([256, 256]));
    }

    [Test]
    public async Task Choose_IsCalibrated()
    {
        var engine = await TestEngines.TrainedAsync();

        var review = await engine.ChooseAsync(
            "Review: The soup was cold.\nThe review is", [" good", " bad"],
            new() { Normalization = ChoiceNormalization.PerByte, Calibration = ["Review: N/A\nThe review is"] });

        Assert.That(review.Scores.Sum(score => score.Probability), Is.EqualTo(1).Within(1e-6));
    }

    [Test]
    public async Task Search_FindsByMeaning()
    {
        RequireEmbeddingModel();

        await using var embedder = await LlamaCpp.LoadAsync("all-MiniLM-L6-v2.F16.gguf");
        string[] documents = ["Yeast makes dough grow.", "Kittens learn to hunt by playing.", "Shares fell sharply today."];
        var ranked = await embedder.RerankAsync("How do young cats learn to catch mice?", documents, new() { Top = 2 });
        Console.WriteLine($"{documents[ranked[0].Index]} ({ranked[0].Score:F2})");

        var cut = await embedder.EmbedAsync([.. documents], new() { Truncate = true, Dimensions = 128 }); // long ones lose their end
        var generator = embedder.AsEmbeddingGenerator();
        var generated = await generator.GenerateAsync(documents);

        Assert.That(ranked.Select(document => document.Index).First(), Is.EqualTo(1));
        Assert.That(cut.Select(vector => vector.Length), Is.EqualTo([128, 128, 128]));
        Assert.That(generated, Has.Count.EqualTo(3));
    }
}
