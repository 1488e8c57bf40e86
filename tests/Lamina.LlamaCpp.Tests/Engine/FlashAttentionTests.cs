using Lamina.LlamaCpp.Tests.Sequences;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Engine;

/// <summary>Engines without flash attention, in both layouts: forks, parking, prefixes and session files.</summary>
[TestFixture(KvLayout.PerSequence)]
[TestFixture(KvLayout.Shared)]
internal sealed class FlashAttentionTests(KvLayout layout)
{
    private static readonly GenerationOptions Greedy = new() { MaxTokens = 16, Sampling = new() { Temperature = 0 } };

    [Test]
    public async Task GenerateAsync_AfterASessionFile_GoesOnTheSame()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"session-flash-{layout}.bin");
        var other = layout == KvLayout.Shared ? KvLayout.PerSequence : KvLayout.Shared;
        await using var engine = await LoadAsync(layout);
        await using var destination = await LoadAsync(other);
        await using var flash = await LoadAsync(layout, FlashAttention.On);
        using var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync("Once upon a time there was a cat");
        await sequence.SaveAsync(path);
        var expected = await sequence.CompleteAsync(Greedy);

        using var loaded = await destination.OpenSequenceAsync();
        await loaded.LoadAsync(path);
        Assert.That((await loaded.CompleteAsync(Greedy)).Text, Is.EqualTo(expected.Text));

        using var refused = await flash.OpenSequenceAsync();
        var error = await Assert.ThrowsAsync<SessionFileException>(() => refused.LoadAsync(path));
        Assert.That(error!.Message, Does.Contain("flash attention off").And.Contain("flash attention on"));
    }

    [Test]
    public async Task Fork_AllSides_SayTheSame()
    {
        await using var engine = await LoadAsync(layout);
        using var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync("Once upon a time there was a cat");
        var forks = sequence.Fork(6);

        var answers = await Task.WhenAll(forks.Append(sequence).Select(one => one.CompleteAsync(Greedy)));

        Assert.That(answers.Select(answer => answer.Text), Is.All.EqualTo(answers[0].Text));
        foreach (var fork in forks)
        {
            fork.Dispose();
        }
    }

    [Test]
    public async Task GenerateAsync_KnownPrompt_SaysTheSameFromTheCache()
    {
        await using var engine = await LoadAsync(layout);
        var prompt = Prompt.FromTokens([.. Enumerable.Range(0, 100).Select(i => 300 + (i * 37 % 1000))]);

        var first = await engine.CompleteAsync(prompt, Greedy);
        var second = await engine.CompleteAsync(prompt, Greedy);

        Assert.That(second.Usage.CachedTokens, Is.EqualTo(99));
        Assert.That(second.Text, Is.EqualTo(first.Text));
    }

    [Test]
    public async Task GenerateAsync_MoreThanFits_EachSaysWhatItSaysAlone()
    {
        // 12 × about 45 tokens, where there are cells for 256 or sequences for 2.
        const int most = 24;
        await using var engine = layout == KvLayout.Shared
            ? await LoadAsync(layout, sequences: 12, cacheTokens: 256)
            : await LoadAsync(layout, sequences: 2);
        string[] prompts = [.. Enumerable.Range(0, 12).Select(i => $"Story {i}. Once upon a time there was a little dog who")];

        var answers = await Task.WhenAll(
            prompts.Select(prompt => engine.CompleteAsync(prompt, new Recorder().Options(most))));

        Assert.That(engine.GetMetrics().ParkedRequests, layout == KvLayout.Shared ? Is.Positive : Is.Zero);
        foreach (var (prompt, answer) in prompts.Zip(answers))
        {
            var recorder = new Recorder([.. answer.Tokens]);
            await engine.CompleteAsync(prompt, recorder.Options(answer.Tokens.Length));
            Assert.That(recorder.Gaps, Is.All.LessThan(0.5f));
        }
    }

    private static Task<IInferenceEngine> LoadAsync(
        KvLayout layout, FlashAttention attention = FlashAttention.Off, int sequences = 4, int? cacheTokens = null) =>
        LlamaCpp.LoadAsync(TinyModel.Path, new()
        {
            ContextSize = 256,
            MaxSequences = sequences,
            KvLayout = layout,
            CacheTokens = cacheTokens,
            FlashAttention = attention,
        });
}
