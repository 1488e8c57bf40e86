using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

internal sealed class ScoringTests
{
    private const int Vocabulary = 257;

    /// <summary>Logits that differ at each position and token.</summary>
    private static float[] Logits(IReadOnlyList<int> tokens) =>
        [.. Enumerable.Range(0, Vocabulary).Select(token => (float)Math.Sin((token * 0.37) + tokens.Sum() + tokens.Count) * 4)];

    private static double Expected(IReadOnlyList<int> before, int token)
    {
        var logits = Logits(before);
        return Math.Log(Math.Exp(logits[token]) / logits.Sum(logit => Math.Exp(logit)));
    }

    [TestCase("", "hello", 2048)]
    [TestCase("context: ", "hello", 2048)]
    [TestCase("context: ", "h", 2048)]
    [TestCase("context: ", "hello", 4)]
    public async Task Score_Text_EqualsTheHandComputation(string context, string text, int batchSize)
    {
        using var runtime = new FakeRuntime { Logits = Logits };
        await using var engine = await runtime.StartEngineAsync(new() { BatchSize = batchSize, MaxSequences = 1 });
        var score = await engine.ScoreAsync(text, context.Length == 0 ? null : Prompt.FromText(context));
        var all = runtime.Tokenizer.Split(context + text);
        Assert.That(score.Tokens.Select(token => token.Text), Is.EqualTo(text.Select(letter => letter.ToString())));
        for (var i = 0; i < text.Length; i++)
        {
            var at = context.Length + i;
            Assert.That(score.Tokens[i].Token, Is.EqualTo(all[at]));
            Assert.That(
                score.Tokens[i].LogProbability,
                at == 0 ? Is.Null : Is.EqualTo(Expected(all[..at], all[at])).Within(1e-4),
                $"token {i}");
        }

        var scored = score.Tokens.Where(token => token.LogProbability is not null).Select(token => (double)token.LogProbability!).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(score.LogLikelihood, Is.EqualTo(scored.Sum()).Within(1e-9));
            Assert.That(score.Perplexity, Is.EqualTo(Math.Exp(-scored.Average())).Within(1e-9));
            Assert.That(
                runtime.Batches.Sum(batch => batch.Tokens.Count), Is.EqualTo(all.Length - 1), "the last token is not computed");
            Assert.That(runtime.Batches.Sum(batch => batch.Tokens.Count(token => token.Output)), Is.EqualTo(scored.Length));
        }
    }

    [Test]
    public async Task Score_ModelWithBeginning_ScoresTheFirstTokenToo()
    {
        using var runtime = new FakeRuntime(new() { Prefix = [1] }) { Logits = Logits };
        await using var engine = await runtime.StartEngineAsync();
        var score = await engine.ScoreAsync("ab");
        Assert.That(score.Tokens.Select(token => (double)token.LogProbability!), Is.EqualTo(
            new[] { Expected([1], 'a'), Expected([1, 'a'], 'b') }).Within(1e-4));
        var continued = await engine.ScoreAsync("b", "a");
        Assert.That(continued.LogLikelihood, Is.EqualTo(Expected([1, 'a'], 'b')).Within(1e-4));
    }

    [Test]
    public async Task Score_OneTokenAfterNothing_HasNoProbability()
    {
        using var runtime = new FakeRuntime { Logits = Logits };
        await using var engine = await runtime.StartEngineAsync();
        var score = await engine.ScoreAsync("a");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(score.Tokens.Single(), Is.EqualTo(new TokenScore('a', "a", null)));
            Assert.That(score.LogLikelihood, Is.Zero);
            Assert.That(score.Perplexity, Is.NaN);
            Assert.That(runtime.Batches, Is.Empty);
        }
    }

    [Test]
    public async Task Score_LargeLogits_StayFinite()
    {
        using var runtime = new FakeRuntime { Logits = tokens => [.. Enumerable.Range(0, Vocabulary).Select(token => token == 'b' ? 1e4f : -1e4f)] };
        await using var engine = await runtime.StartEngineAsync();
        Assert.That((await engine.ScoreAsync("b", "a")).LogLikelihood, Is.EqualTo(0).Within(1e-6));
        Assert.That((await engine.ScoreAsync("c", "a")).LogLikelihood, Is.EqualTo(-2e4).Within(1));
    }

    [Test]
    public async Task Score_BadInput_IsRefused()
    {
        using var runtime = new FakeRuntime { Logits = Logits };
        await using var engine = await runtime.StartEngineAsync(new() { ContextSize = 10 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(async () => await engine.ScoreAsync(null!), Throws.ArgumentNullException);
            Assert.That(async () => await engine.ScoreAsync(""), Throws.ArgumentException.With.Message.Contains("empty"));
            Assert.That(async () => await engine.ScoreAsync("", "context"), Throws.ArgumentException);
            Assert.That(async () => await engine.ScoreAsync(new string('a', 12)), Throws.TypeOf<ContextFullException>());
            Assert.That(
                async () => await engine.ScoreAsync("aaaaaa", "bbbbbb"),
                Throws.TypeOf<ContextFullException>().With.Property("TokenCount").EqualTo(12));
            Assert.That(async () => await engine.ScoreAsync(Prompt.FromTokens(9999)), Throws.ArgumentException);
        }

        Assert.That((await engine.ScoreAsync(new string('a', 11))).Tokens, Has.Length.EqualTo(11), "the last need not fit");
    }

    [Test]
    public async Task Score_ManyBesideStreams_KeepToTheOutputLimit()
    {
        using var runtime = new FakeRuntime { Logits = tokens => tokens[0] == 's' ? Likely('s') : Logits(tokens) };
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 4 });
        var text = new string('t', 400);
        var streams = Enumerable.Range(0, 2)
            .Select(_ => engine.ReadAllAsync("s>", EngineCalls.Greedy with { MaxTokens = 50 })).ToArray();
        var scores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => engine.ScoreAsync(text)));
        foreach (var stream in streams)
        {
            Assert.That((await stream).Text(), Is.EqualTo(new string('s', 50)));
        }

        foreach (var score in scores)
        {
            Assert.That(score.LogLikelihood, Is.EqualTo(
                Enumerable.Range(1, 399).Sum(i => Expected([.. Enumerable.Repeat((int)'t', i)], 't'))).Within(1e-2));
        }
    }

    private static float[] Likely(int token)
    {
        var logits = new float[Vocabulary];
        logits[token] = 100;
        return logits;
    }
}
