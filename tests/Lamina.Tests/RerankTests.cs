using Lamina.Runtime;
using Lamina.Tests.Fakes;

namespace Lamina.Tests;

/// <summary>Documents by how well they answer a query: by a reranking model's scores, and by the cosine of embeddings.</summary>
internal sealed class RerankTests
{
    private static readonly string[] Documents = ["red", "green", "blue", "red"];

    /// <summary>An embedding that is near another where the first letters are.</summary>
    private static readonly Func<IReadOnlyList<int>, float[]> ByFirstLetter =
        tokens => [(float)Math.Cos(tokens[0]), (float)Math.Sin(tokens[0]), 0, 0];

    [Test]
    public async Task Rerank_EmbeddingModel_OrdersByCosine()
    {
        using var runtime = new FakeRuntime { Embedding = tokens => [.. ByFirstLetter(tokens).Select(value => value * tokens.Count)] };
        await using var engine = await runtime.StartEngineAsync();

        var ranked = await engine.RerankAsync("rose", Documents);

        Assert.That(ranked.Select(document => document.Index), Is.EqualTo([0, 3, 1, 2]), "equal ones as they were given");
        Assert.That(
            ranked.Select(document => (double)document.Score),
            Is.EqualTo([1, 1, Math.Cos('r' - 'g'), Math.Cos('r' - 'b')]).Within(1e-5));
    }

    [Test]
    public async Task Rerank_RerankingModel_ReadsPairsAndGivesItsScores()
    {
        using var runtime = Reranker(
            tokens => [tokens.Count, 1000], new() { Prefix = [1], PairSeparator = [2, 3], Suffix = [4] });
        await using var engine = await runtime.StartEngineAsync();

        var ranked = await engine.RerankAsync("q", Documents);

        Assert.That(ranked, Is.EqualTo(new RankedDocument[] { new(1, 10), new(2, 9), new(0, 8), new(3, 8) }));
        Assert.That(Read(runtime), Is.EqualTo(Documents.Select(document => (int[])[1, 'q', 2, 3, .. document.Select(letter => (int)letter), 4])));
    }

    [Test]
    public async Task Rerank_WithoutASeparator_ALineBreakStandsBetween()
    {
        using var runtime = Reranker(_ => [1]);
        await using var engine = await runtime.StartEngineAsync();

        await engine.RerankAsync("q", ["d"]);

        Assert.That(Read(runtime), Is.EqualTo(new int[][] { ['q', '\n', 'd'] }));
    }

    [Test]
    public async Task Rerank_TemplateOfTheModel_IsFilledWithTypedText()
    {
        var tokenizer = new FakeTokenizer(null, ("<q>", default), ("<d>", default)) { PairSeparator = [2] };
        using var runtime = Reranker(_ => [1], tokenizer, "<q>{query}<d>{document}<q>");
        await using var engine = await runtime.StartEngineAsync();

        await engine.RerankAsync("{document}", ["<d>"]);

        var (q, d) = (tokenizer["<q>"], tokenizer["<d>"]);
        Assert.That(Read(runtime), Is.EqualTo(new int[][] { [q, .. tokenizer.Split("{document}"), d, '<', 'd', '>', q] }));
    }

    [TestCase("{document}, {query}?", "d, q?")]
    [TestCase("{query}{query} {document}", "qq d")]
    [TestCase("{document", "{document")]
    public async Task Rerank_OddTemplate_IsFilledAsItStands(string template, string expected)
    {
        using var runtime = Reranker(_ => [1], template: template);
        await using var engine = await runtime.StartEngineAsync();

        await engine.RerankAsync("q", ["d"]);

        Assert.That(Read(runtime).Single(), Is.EqualTo(expected.Select(letter => (int)letter)));
    }

    [Test]
    public async Task Rerank_Top_GivesTheBestOnly()
    {
        using var runtime = Reranker(tokens => [tokens.Count]);
        await using var engine = await runtime.StartEngineAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await engine.RerankAsync("q", Documents, new() { Top = 2 })).Select(document => document.Index), Is.EqualTo([1, 2]));
            Assert.That(await engine.RerankAsync("q", Documents, new() { Top = 9 }), Has.Count.EqualTo(4));
        }
    }

    [Test]
    public async Task Rerank_ScoreThatIsNoNumber_ComesLast()
    {
        using var runtime = Reranker(tokens => [tokens[2] == 'r' ? float.NaN : -tokens.Count]);
        await using var engine = await runtime.StartEngineAsync();

        Assert.That((await engine.RerankAsync("q", Documents)).Select(document => document.Index), Is.EqualTo([2, 1, 0, 3]));
    }

    [Test]
    public async Task Rerank_LongDocument_IsCutWhereAskedAndKeepsItsEndToken()
    {
        using var runtime = Reranker(_ => [1], new() { Prefix = [1], PairSeparator = [2], Suffix = [3] });
        await using var engine = await runtime.StartEngineAsync(new() { ContextSize = 8 });
        var truncate = new RerankOptions { Truncate = true };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                async () => await engine.RerankAsync("query", ["fine?", "x"]),
                Throws.TypeOf<ContextFullException>().With.Property("TokenCount").EqualTo(13));
            Assert.That(await engine.RerankAsync("q", ["documents", "d"], truncate), Has.Count.EqualTo(2));
            Assert.That(Read(runtime), Is.EqualTo(new int[][] { [1, 'q', 2, 'd', 'o', 'c', 'u', 3], [1, 'q', 2, 'd', 3] }));
            Assert.That(async () => await engine.RerankAsync("query", ["d"], truncate), Throws.TypeOf<ContextFullException>());
        }
    }

    [Test]
    public async Task Rerank_WrongArguments_AreRefused()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => engine.RerankAsync(null!, ["a"]), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("query"));
            Assert.That(() => engine.RerankAsync("", ["a"]), Throws.ArgumentException.With.Property("ParamName").EqualTo("query"));
            Assert.That(() => engine.RerankAsync("q", null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("documents"));
            Assert.That(() => engine.RerankAsync("q", ["a", ""]), Throws.ArgumentException.With.Message.Contains("Document 1 of 2"));
            Assert.That(() => engine.RerankAsync("q", [null!]), Throws.ArgumentException.With.Message.Contains("Document 0 of 1"));
            Assert.That(
                () => engine.RerankAsync("q", ["a"], new() { Top = 0 }),
                Throws.ArgumentException.With.Message.Contains("RerankOptions.Top was 0"));
            Assert.That(() => ((IInferenceEngine)null!).RerankAsync("q", ["a"]), Throws.ArgumentNullException);
            Assert.That(runtime.Batches, Is.Empty);
        }
    }

    [Test]
    public async Task Rerank_NoDocuments_GivesNone()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(await engine.RerankAsync("q", []), Is.Empty);
        Assert.That(runtime.Batches, Is.Empty);
    }

    [Test]
    public async Task Rerank_Cancelled_Throws([Values] bool before)
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        using var cancellation = new CancellationTokenSource();
        runtime.OnDecode = _ =>
        {
            cancellation.Cancel();
            return null;
        };
        if (before)
        {
            await cancellation.CancelAsync();
        }

        Assert.That(
            () => engine.RerankAsync("q", ["a"], cancellationToken: cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(runtime.Batches, before ? Is.Empty : Is.Not.Empty);
    }

    [Test]
    public async Task Rerank_EngineDisposedOf_IsRefused()
    {
        using var runtime = new FakeRuntime();
        var engine = await runtime.StartEngineAsync();
        await engine.DisposeAsync();
        Assert.That(() => engine.RerankAsync("q", ["a"]), Throws.TypeOf<ObjectDisposedException>());
    }

    private static FakeRuntime Reranker(
        Func<IReadOnlyList<int>, float[]> score, FakeTokenizer? tokenizer = null, string? template = null)
    {
        using var origin = new FakeRuntime(tokenizer);
        return new(tokenizer)
        {
            Info = origin.Info with { CanGenerate = false, IsReranker = true, RerankTemplate = template },
            Embedding = score,
        };
    }

    /// <summary>The texts that the model read, in the order in which they were given.</summary>
    private static IEnumerable<int[]> Read(FakeRuntime runtime) => runtime.Batches
        .SelectMany(batch => batch.Tokens.GroupBy(token => token.Sequence))
        .Select(sequence => sequence.Select(token => token.Token).ToArray());
}
