using System.Numerics.Tensors;
using Lamina.LlamaCpp.Tests.Sequences;
using Lamina.Runtime;
using Lamina.TestSupport;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Engine;

/// <summary>Engines whose KV cache stores keys and values in few bits.</summary>
public sealed class KvCacheTypeTests
{
    private const string Text =
        "The lighthouse stood at the end of a long pier, and every evening an old man walked out to light its lamp. He had "
        + "done so for forty years, in storms and in fog, and he knew each stone by heart. One winter night the sea was so "
        + "high that the waves broke over the pier. His daughter asked him to stay at home, but he said that somewhere out "
        + "there a ship was looking for the harbour. He took his lantern, put on his coat and opened the door. The wind "
        + "almost threw him to the ground. Step by step he went, holding on to the iron chain that ran along the wall, until "
        + "he reached the tower and climbed the stairs. When the lamp was burning, he looked out of the window and saw, far "
        + "away, a small red light that slowly turned towards the land.";

    private static readonly GenerationOptions Greedy = new() { MaxTokens = 16, Sampling = new() { Temperature = 0 } };

    /// <summary>
    /// The mean difference of a token's log-probability. Q4_1 weights alone move it by 0.05 from batch to batch; the
    /// bounds are about twice what was seen.
    /// </summary>
    [Test]
    public async Task ScoreAsync_OfFewBits_StaysCloseAndKeysInFourAreWorst()
    {
        var expected = await (await TestEngines.SmolAsync()).ScoreAsync(Text);

        var both = await DifferenceAsync(KvCacheType.Int8, KvCacheType.Int8);
        var values = await DifferenceAsync(KvCacheType.F16, KvCacheType.Int4);
        var keys = await DifferenceAsync(KvCacheType.Int4, KvCacheType.F16);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(both, Is.Positive.And.LessThan(0.15));
            Assert.That(values, Is.LessThan(0.2));
            Assert.That(keys, Is.LessThan(0.4).And.GreaterThan(Math.Max(both, values)));
        }

        async Task<double> DifferenceAsync(KvCacheType keys, KvCacheType values)
        {
            await using var engine = await LoadAsync(TestModels.Require(TestEngines.SmolName), keys, values);
            var found = await engine.ScoreAsync(Text);
            var difference = found.Tokens.Zip(expected.Tokens).Skip(1)
                .Average(pair => Math.Abs(pair.First.LogProbability!.Value - pair.Second.LogProbability!.Value));
            TestContext.Out.WriteLine($"{keys}, {values}: {difference:F4}, {found.LogLikelihood:F2} instead of {expected.LogLikelihood:F2}");
            return difference;
        }
    }

    [Test]
    public async Task GenerateAsync_AfterASessionFile_GoesOnTheSame(
        [Values(KvLayout.Shared, KvLayout.PerSequence)] KvLayout layout,
        [Values(KvCacheType.Int8, KvCacheType.Int4)] KvCacheType type)
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"session-{layout}-{type}.bin");
        var other = layout == KvLayout.Shared ? KvLayout.PerSequence : KvLayout.Shared;
        await using var engine = await LoadAsync(TinyModel.Path, type, type, layout);
        await using var destination = await LoadAsync(TinyModel.Path, type, type, other);
        await using var plain = await LoadAsync(TinyModel.Path, KvCacheType.F16, KvCacheType.F16, layout);
        using var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync("Once upon a time there was a cat");
        await sequence.SaveAsync(path);
        var expected = await sequence.CompleteAsync(Greedy);

        using var loaded = await destination.OpenSequenceAsync();
        await loaded.LoadAsync(path);
        Assert.That((await loaded.CompleteAsync(Greedy)).Text, Is.EqualTo(expected.Text));

        using var refused = await plain.OpenSequenceAsync();
        var error = await Assert.ThrowsAsync<SessionFileException>(() => refused.LoadAsync(path));
        Assert.That(error!.Message, Does.Contain(type == KvCacheType.Int8 ? "keys Q8_0" : "keys Q4_0").And.Contain("keys F16"));
    }

    [Test]
    public async Task GenerateAsync_MoreThanFits_EachSaysWhatItSaysAlone()
    {
        // 16 × about 45 tokens, where there are cells for 256.
        const int most = 24;
        await using var engine = await LoadAsync(
            TinyModel.Path, KvCacheType.Int8, KvCacheType.Int4, KvLayout.Shared, sequences: 16, cacheTokens: 256);
        string[] prompts = [.. Enumerable.Range(0, 16).Select(i => $"Story {i}. Once upon a time there was a little dog who")];

        var answers = await Task.WhenAll(
            prompts.Select(prompt => engine.CompleteAsync(prompt, new Recorder().Options(most))));

        Assert.That(engine.GetMetrics().ParkedRequests, Is.Positive);
        foreach (var (prompt, answer) in prompts.Zip(answers))
        {
            var recorder = new Recorder([.. answer.Tokens]);
            await engine.CompleteAsync(prompt, recorder.Options(answer.Tokens.Length));
            Assert.That(recorder.Gaps, Is.All.LessThan(0.5f));
        }
    }

    [Test]
    public async Task GenerateAsync_KnownPrompt_SaysTheSameFromTheCache(
        [Values(KvLayout.Shared, KvLayout.PerSequence)] KvLayout layout)
    {
        await using var engine = await LoadAsync(TinyModel.Path, KvCacheType.Int8, KvCacheType.Int4, layout);
        var prompt = Prompt.FromTokens([.. Enumerable.Range(0, 100).Select(i => 300 + (i * 37 % 1000))]);

        var first = await engine.CompleteAsync(prompt, Greedy);
        var second = await engine.CompleteAsync(prompt, Greedy);

        Assert.That(second.Usage.CachedTokens, Is.EqualTo(99));
        Assert.That(second.Text, Is.EqualTo(first.Text));
    }

    [Test]
    public async Task GenerateAsync_ContextOverflow_ShiftsWhereHeadsAre64Wide()
    {
        await using var engine = await LlamaCpp.LoadAsync(
            TinyModel.Path,
            new() { ContextSize = 64, MaxSequences = 1, KeyCacheType = KvCacheType.Int4, ValueCacheType = KvCacheType.Int4 });
        var options = Greedy with { MaxTokens = 200, Overflow = ContextOverflow.Shift(keepTokens: 4), MinTokens = 200 };

        var answer = await engine.CompleteAsync("Once upon a time", options);

        Assert.That(answer.Usage.GeneratedTokens, Is.EqualTo(200));
    }

    [Test]
    public async Task GenerateAsync_ShiftOfKeysThatCannotBeTurned_SaysWhy()
    {
        await using var engine = await LoadAsync(
            TestModels.Require("random-qwen3moe.gguf"), KvCacheType.Int8, KvCacheType.F16);

        var error = await Assert.ThrowsAsync<NotSupportedException>(
            () => engine.CompleteAsync("a", Greedy with { Overflow = ContextOverflow.Shift(keepTokens: 4) }));

        Assert.That(error!.Message, Does.Contain("keys in Int8"));
    }

    [Test]
    public async Task LoadAsync_HeadsOfNoWholeBlocks_NamesTheOptionAndWhatWouldDo()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => LlamaCpp.LoadAsync(TestEngines.TinyPath, new() { ValueCacheType = KvCacheType.Int8 }));

        Assert.That(error!.Message, Does.Contain("ValueCacheType was Int8").And.Contain("take F16"));
    }

    [Test]
    public async Task EmbedAsync_OfEachType_StaysClose()
    {
        await using var engine = await LoadAsync(TinyModel.Path, KvCacheType.Int8, KvCacheType.Int8);
        var expected = await (await TestEngines.TrainedAsync()).EmbedAsync("The cat sat on the mat.");

        var found = await engine.EmbedAsync("The cat sat on the mat.");

        Assert.That(TensorPrimitives.CosineSimilarity<float>(found, expected), Is.GreaterThan(0.99f));
    }

    private static Task<IInferenceEngine> LoadAsync(
        string path,
        KvCacheType keys,
        KvCacheType values,
        KvLayout layout = KvLayout.Auto,
        int sequences = 4,
        int? cacheTokens = null) =>
        LlamaCpp.LoadAsync(path, new()
        {
            ContextSize = 256,
            MaxSequences = sequences,
            KvLayout = layout,
            CacheTokens = cacheTokens,
            KeyCacheType = keys,
            ValueCacheType = values,
        });
}
