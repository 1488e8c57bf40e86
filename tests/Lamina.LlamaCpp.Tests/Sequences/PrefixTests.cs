using Lamina.Runtime;
using Lamina.TestSupport;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Sequences;

/// <summary>What a finished request has read serves the next, while a stream runs beside them.</summary>
public sealed class PrefixTests
{
    private static readonly GenerationOptions Greedy = new() { MaxTokens = 12, Sampling = new() { Temperature = 0 } };

    [TestCase(KvLayout.PerSequence)]
    [TestCase(KvLayout.Shared)]
    public async Task GenerateAsync_LongPromptBesideAStream_IsKnownAfterwards(KvLayout layout)
    {
        await using var engine = await LlamaCpp.LoadAsync(
            TestModels.Require(TestEngines.SmolName), new() { ContextSize = 1024, MaxSequences = 3, KvLayout = layout });
        using var end = new CancellationTokenSource();
        var stream = engine.CompleteAsync(
            "Once upon a time", new() { OnCancel = CancellationBehavior.Finish }, end.Token);

        // Its state takes more than 4 MiB, so that it is saved a little later.
        var prompt = Prompt.FromTokens([.. Enumerable.Range(0, 250).Select(i => 300 + (i * 37 % 1000))]);
        var first = await engine.CompleteAsync(prompt, Greedy);
        var second = await engine.CompleteAsync(prompt, Greedy);
        await end.CancelAsync();

        Assert.That(first.Usage.CachedTokens, Is.Zero);
        Assert.That(second.Usage.CachedTokens, Is.EqualTo(249));
        Assert.That((await stream).Usage.GeneratedTokens, Is.Positive);
        Assert.That(() => engine.GetMetrics().CellsInUse, Is.Zero.After(10_000, 10));
    }
}
