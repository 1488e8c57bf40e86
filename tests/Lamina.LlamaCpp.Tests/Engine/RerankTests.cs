using Lamina.LlamaCpp.Tests.Runtime;
using Lamina.TestSupport;
using Lamina.TestSupport.Gguf;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Engine;

public sealed class RerankTests
{
    private static readonly string[] Documents =
    [
        "The stock market fell sharply today, and bonds rose.",
        "Bread rises when yeast turns sugar into gas.",
        "Kittens learn to hunt by playing with each other.",
    ];

    [TestCase("How do young cats learn to catch mice?", 2)]
    [TestCase("What makes dough grow?", 1)]
    [TestCase("Share prices dropped", 0)]
    public async Task RerankAsync_EmbeddingModel_FindsWhatIsMeant(string query, int expected)
    {
        var engine = await TestEngines.MiniAsync();

        var ranked = await engine.RerankAsync(query, Documents, new() { Top = 2 });

        Assert.That(ranked, Has.Count.EqualTo(2));
        Assert.That(ranked[0].Index, Is.EqualTo(expected));
        Assert.That(ranked[0].Score, Is.InRange(ranked[1].Score + 0.1f, 1f));
    }

    [Test]
    public async Task RerankAsync_GenerativeModel_RanksByTheMeanOfItsOutputs()
    {
        var engine = await TestEngines.SmolAsync();

        var ranked = await engine.RerankAsync("I love my puppy.", ["int main() { return 0; }", "I love my dog."]);

        Assert.That(ranked.Select(document => document.Index), Is.EqualTo([1, 0]));
    }

    [Test]
    public async Task RerankAsync_RerankingModel_GivesItsScoresOfPairs()
    {
        await using var engine = await LlamaCpp.LoadAsync(TestModels.Require("random-bert-rank.gguf"));
        var tokenizer = engine.Tokenizer;
        var expected = new List<float>();
        foreach (var document in Documents)
        {
            int[] pair = [.. tokenizer.Prefix, .. tokenizer.Encode("query"), .. tokenizer.PairSeparator, .. tokenizer.Encode(document)];
            expected.Add((await engine.EmbedAsync(Prompt.FromTokens(pair)))[0]);
        }

        var ranked = await engine.RerankAsync("query", Documents);

        Assert.That(tokenizer.PairSeparator, Is.Not.Empty);
        Assert.That(ranked.Select(document => document.Score), Is.Ordered.Descending);
        Assert.That(
            ranked.OrderBy(document => document.Index).Select(document => document.Score),
            Is.EqualTo(expected).Within(1e-3f * expected.Max(Math.Abs)));
    }

    [Test]
    public async Task RerankAsync_LongDocument_IsCutWhereAsked()
    {
        var engine = await TestEngines.MiniAsync();
        string[] documents = [string.Concat(Enumerable.Repeat("word ", 600)), Documents[2]];

        await Assert.ThrowsAsync<ContextFullException>(() => engine.RerankAsync("cats", documents));
        var ranked = await engine.RerankAsync("cats", documents, new() { Truncate = true });

        Assert.That(ranked.Select(document => document.Index), Is.EqualTo([1, 0]));
    }

    [Test]
    public void RerankTemplate_InTheFile_IsTheModels([Values("<s>{query}</s>{document}", null)] string? template)
    {
        var image = TinyLlama.Create();
        if (template is not null)
        {
            image["tokenizer.chat_template.rerank"] = template;
        }

        using var file = new TemporaryModel(image);

        Assert.That(file.Model.Info.RerankTemplate, Is.EqualTo(template));
    }
}
