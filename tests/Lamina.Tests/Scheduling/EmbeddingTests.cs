using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

internal sealed class EmbeddingTests
{
    private static readonly EmbeddingOptions AsIs = new() { Normalize = false };

    [Test]
    public async Task Embed_Texts_KeepsTheirOrder()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        Prompt[] texts = [.. Enumerable.Range(0, 100).Select(i => $"{(char)('a' + (i % 26))}{new string('x', i % 37)}{i % 10}")];
        var vectors = await engine.EmbedAsync(texts, AsIs);
        Assert.That(vectors, Is.EqualTo(texts.Select(text => runtime.Embedding(runtime.Tokenizer.Split(text.ToString())))));
        Assert.That(runtime.Batches, Has.Count.AtMost(20), "short texts share batches");
    }

    [Test]
    public async Task Embed_Vectors_HaveLengthOneUnlessNotWanted()
    {
        using var runtime = new FakeRuntime { Embedding = tokens => tokens[0] == '0' ? [0, 0] : [3, -4] };
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(await engine.EmbedAsync("x"), Is.EqualTo(new[] { 0.6f, -0.8f }).Within(1e-6f));
        Assert.That(await engine.EmbedAsync("x", AsIs), Is.EqualTo(new[] { 3f, -4f }));
        Assert.That(await engine.EmbedAsync("0"), Is.EqualTo(new[] { 0f, 0f }), "no direction, and no NaN");
    }

    [Test]
    public async Task Embed_Reranker_ScoresAreNotScaled()
    {
        using var origin = new FakeRuntime();
        using var runtime = new FakeRuntime { Info = origin.Info with { IsReranker = true }, Embedding = _ => [-7.5f] };
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(await engine.EmbedAsync("x"), Is.EqualTo(new[] { -7.5f }));
    }

    [Test]
    public async Task Embed_PrefixAndSuffix_SurroundTheText()
    {
        using var runtime = new FakeRuntime(new() { Prefix = [1], Suffix = [2] });
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(await engine.EmbedAsync("abc", AsIs), Is.EqualTo(new[] { 5f, 1, 2, 1 }));
    }

    [Test]
    public async Task Embed_LongTexts_EachInOneBatch()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync(new() { ContextSize = 100, BatchSize = 8 });
        Prompt[] texts = [new string('a', 100), new string('b', 60), new string('c', 60), "d", new string('e', 99)];
        var vectors = await engine.EmbedAsync(texts, AsIs);
        Assert.That(vectors.Select(vector => (int)vector[0]), Is.EqualTo([100, 60, 60, 1, 99]));
    }

    [Test]
    public async Task Embed_BadInput_IsRefused([Values] bool hasPrefixAndSuffix)
    {
        using var runtime = new FakeRuntime(hasPrefixAndSuffix ? new() { Prefix = [1], Suffix = [2] } : new());
        await using var engine = await runtime.StartEngineAsync(new() { ContextSize = 10 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(async () => await engine.EmbedAsync((IReadOnlyList<Prompt>)null!), Throws.ArgumentNullException);
            Assert.That(async () => await engine.EmbedAsync(["a", null!]), Throws.ArgumentException.With.Message.Contains("null"));
            Assert.That(async () => await engine.EmbedAsync(["a", ""]), Throws.ArgumentException.With.Message.Contains("empty"));
            Assert.That(
                async () => await engine.EmbedAsync(["a", new string('b', 11)]),
                Throws.TypeOf<ContextFullException>().With.Property("ContextSize").EqualTo(10));
            Assert.That(runtime.Decoders, Has.Count.EqualTo(1), "refused before a decoder is made");
        }

        Assert.That(await engine.EmbedAsync(["a"]), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Embed_TooLongAndTruncated_KeepsTheBeginningAndWhatStandsAround()
    {
        using var runtime = new FakeRuntime(new() { Prefix = [1], Suffix = [2, 3] }) { Embedding = tokens => [.. tokens.Select(token => (float)token)] };
        await using var engine = await runtime.StartEngineAsync(new() { ContextSize = 8 });
        var vectors = await engine.EmbedAsync(["abcdefgh", "abcde", "abc"], AsIs with { Truncate = true });
        Assert.That(vectors, Is.EqualTo(new float[][]
        {
            [1, 'a', 'b', 'c', 'd', 'e', 2, 3],
            [1, 'a', 'b', 'c', 'd', 'e', 2, 3],
            [1, 'a', 'b', 'c', 2, 3],
        }));
    }

    [Test]
    public async Task Embed_TruncatedPromptOfParts_CutsTheLastTypedText()
    {
        var tokenizer = new FakeTokenizer(null, ("<a>", default), ("<b>", default)) { Suffix = [2] };
        using var runtime = new FakeRuntime(tokenizer) { Embedding = tokens => [.. tokens.Select(token => (float)token)] };
        await using var engine = await runtime.StartEngineAsync(new() { ContextSize = 8 });
        var options = AsIs with { Truncate = true };
        var (a, b) = (tokenizer["<a>"], tokenizer["<b>"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                await engine.EmbedAsync(Prompt.FromMarkup("<a>") + "xy" + Prompt.FromMarkup("<b>") + "documents" + Prompt.FromMarkup("<a><b>"), options),
                Is.EqualTo(new float[] { a, 'x', 'y', b, 'd', a, b, 2 }));
            Assert.That(
                await engine.EmbedAsync(Prompt.FromTokens(10, 11, 12, 13, 14, 15, 16, 17, 18), options),
                Is.EqualTo(new float[] { 10, 11, 12, 13, 14, 15, 16, 2 }), "nothing is typed: the end");
            Assert.That(
                async () => await engine.EmbedAsync("xy" + Prompt.FromTokens(1, 2, 3, 4, 5, 6, 7), options),
                Throws.TypeOf<ContextFullException>().With.Property("TokenCount").EqualTo(10), "nothing of the text would be left");
        }
    }

    [Test]
    public async Task Embed_Truncated_StillNeedsRoomForSomeText()
    {
        using var runtime = new FakeRuntime(new() { Prefix = [1], Suffix = [2] });
        await using var engine = await runtime.StartEngineAsync(new() { ContextSize = 2 });
        Assert.That(
            async () => await engine.EmbedAsync("abc", new() { Truncate = true }),
            Throws.TypeOf<ContextFullException>().With.Property("ContextSize").EqualTo(2));
    }

    [Test]
    public async Task Embed_FewerDimensions_AreCutAndThenScaled()
    {
        using var runtime = new FakeRuntime { Embedding = _ => [3, 4, 12, 84] };
        await using var engine = await runtime.StartEngineAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await engine.EmbedAsync("x", new() { Dimensions = 2 }), Is.EqualTo(new[] { 0.6f, 0.8f }).Within(1e-6f));
            Assert.That(await engine.EmbedAsync("x", AsIs with { Dimensions = 3 }), Is.EqualTo(new[] { 3f, 4, 12 }));
            Assert.That(await engine.EmbedAsync("x", AsIs with { Dimensions = 4 }), Is.EqualTo(new[] { 3f, 4, 12, 84 }));
        }
    }

    [TestCase(0)]
    [TestCase(5)]
    public async Task Embed_DimensionsThatTheModelLacks_AreRefused(int dimensions)
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(
            async () => await engine.EmbedAsync("x", new() { Dimensions = dimensions }),
            Throws.ArgumentException.With.Message.Contains($"Dimensions was {dimensions}; it must be from 1 to 4."));
    }

    [Test]
    public async Task Embed_DimensionsOfAReranker_AreRefused()
    {
        using var origin = new FakeRuntime();
        using var runtime = new FakeRuntime { Info = origin.Info with { IsReranker = true }, Embedding = _ => [1] };
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(
            async () => await engine.EmbedAsync("x", new() { Dimensions = 1 }),
            Throws.ArgumentException.With.Message.Contains("gives scores"));
    }

    [Test]
    public async Task Embed_NoTexts_GivesNoVectors()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(await engine.EmbedAsync([]), Is.Empty);
        Assert.That(runtime.Batches, Is.Empty);
    }

    [Test]
    public async Task Embed_BesideStreams_DisturbsNeither()
    {
        using var runtime = new FakeRuntime { Answer = prompt => new string(prompt[0], 30) };
        await using var engine = await runtime.StartEngineAsync();
        var streams = Enumerable.Range(0, 8).Select(i => engine.ReadAllAsync($"{i}>")).ToArray();
        var embeddings = Enumerable.Range(0, 8).Select(i => engine.EmbedAsync($"{i}>", AsIs)).ToArray();
        for (var i = 0; i < 8; i++)
        {
            Assert.That((await streams[i]).Text(), Is.EqualTo(new string((char)('0' + i), 30)));
            Assert.That(await embeddings[i], Is.EqualTo(new[] { 2f, '0' + i, '>', 1 }));
        }

        Assert.That(runtime.Decoders, Has.Count.EqualTo(2));
        await Eventually.IsTrueAsync(() => engine.GetMetrics() is { CompletedRequests: 16, RunningRequests: 0 });
    }

    [Test]
    public async Task Embed_DecodeFails_FailsThatCallAndGoesOn()
    {
        using var runtime = new FakeRuntime { OnDecode = _ => DecodeStatus.NoRoom };
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(async () => await engine.EmbedAsync(["a", "b"]), Throws.TypeOf<LaminaException>());
        runtime.OnDecode = null;
        Assert.That(await engine.EmbedAsync(["a"]), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Any_EmbeddingModel_EmbedsAndDoesNotGenerate()
    {
        using var origin = new FakeRuntime();
        using var runtime = new FakeRuntime { Info = origin.Info with { CanGenerate = false } };
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(await engine.EmbedAsync("a"), Has.Length.EqualTo(4));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => engine.GenerateAsync("x"), Throws.TypeOf<NotSupportedException>().With.Message.Contains("EmbedAsync"));
            Assert.That(async () => await engine.ScoreAsync("x"), Throws.TypeOf<NotSupportedException>());
            Assert.That(runtime.Decoders.Single().Options.Embeddings, Is.True);
            Assert.That(engine.GetMetrics().PromptTokens, Is.EqualTo(1));
        }
    }
}
