using System.Numerics.Tensors;
using Lamina.Runtime;
using Lamina.TestSupport;

namespace Lamina.LlamaCpp.Tests.Engine;

public sealed class ScoreTests
{
    [Test]
    public async Task ScoreAsync_KnownSentence_RanksTrueAboveFalse()
    {
        var engine = await TestEngines.SmolAsync();

        var paris = await engine.ScoreAsync(" Paris", "The capital of France is");
        var potato = await engine.ScoreAsync(" potato", "The capital of France is");

        Assert.That(paris.LogLikelihood, Is.GreaterThan(potato.LogLikelihood + 3));
        Assert.That(paris.Tokens, Has.Length.EqualTo(1));
        Assert.That(paris.Tokens[0].Text, Is.EqualTo(" Paris"));
    }

    [Test]
    public async Task ScoreAsync_NoContextAndNoBos_FirstTokenHasNone()
    {
        var engine = await TestEngines.SmolAsync();

        var score = await engine.ScoreAsync("Hello there, world.");

        Assert.That(score.Tokens[0].LogProbability, Is.Null);
        Assert.That(score.Tokens.Skip(1).Select(token => token.LogProbability), Has.All.InRange(-40f, 0f));
        Assert.That(score.Perplexity, Is.GreaterThan(1));
    }

    [Test]
    public async Task ScoreAsync_TextLongerThanAnOutputBatch_AgreesWithTokenByToken()
    {
        // F32 weights, so that the way in which tokens are batched moves nothing.
        var engine = await TestEngines.TinyAsync();
        var text = new string('a', 150) + "bcd and some more of it, to go past the 128 outputs that a batch keeps";
        var tokens = engine.Tokenizer.Encode(text);

        var score = await engine.ScoreAsync(text);
        var expected = TokenByToken(TestEngines.TinyPath, [.. engine.Tokenizer.Prefix, .. tokens]);

        var found = score.Tokens.Select(token => (double)token.LogProbability!.Value).ToArray();
        Assert.That(found, Has.Length.GreaterThan(128));
        Assert.That(found, Is.EqualTo(expected).Within(0.02));
    }

    [Test]
    public async Task ScoreAsync_Cancelled_Throws()
    {
        var engine = await TestEngines.TinyAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(
            () => engine.ScoreAsync("abc", cancellationToken: new CancellationToken(canceled: true)));
    }

    private static double[] TokenByToken(string path, int[] tokens)
    {
        var found = new double[tokens.Length - 1];
        Threads.Run(() =>
        {
            using var model = new LlamaCppRuntime().LoadAsync(path).GetAwaiter().GetResult();
            using var decoder = model.CreateDecoder(Threads.Options with { ContextSize = 256, CellCount = 512 });
            var batch = new DecodeBatch(1);
            for (var i = 0; i < found.Length; i++)
            {
                batch.Clear();
                batch.Add(tokens[i], i, 0, output: true);
                decoder.Decode(batch);
                var logits = decoder.GetLogits(0).ToArray();
                found[i] = logits[tokens[i + 1]] - Math.Log(logits.Sum(logit => Math.Exp(logit)));
            }
        });
        return found;
    }
}
