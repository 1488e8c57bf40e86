using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

/// <summary>Answers of a least length, by a model that would rather say nothing.</summary>
internal sealed class MinTokensTests
{
    private static readonly FakeTokenizer Tokenizer = new(null, ("<eot>", TokenKinds.EndOfGeneration), ("<think>", TokenKinds.None));

    private FakeRuntime _runtime = null!;
    private InferenceEngine _engine = null!;

    [SetUp]
    public async Task SetUp()
    {
        _runtime = new(Tokenizer) { Logits = _ => Logits(("<end>", 9), ("<eot>", 8), ("a", 5), ("<think>", 4)) };
        _engine = await _runtime.StartEngineAsync();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _engine.DisposeAsync();
        _runtime.Dispose();
    }

    [Test]
    public async Task Generate_Least_ComesBeforeEveryEnd([Values(0, 1, 4)] int least)
    {
        var tokens = await _engine.ReadAllAsync("a long prompt", EngineCalls.Greedy with { MinTokens = least });
        Assert.That(tokens.Select(token => token.Id), Is.EqualTo([.. Enumerable.Repeat((int)'a', least), Tokenizer.End]));
        Assert.That(tokens[^1].FinishReason, Is.EqualTo(FinishReason.EndOfGeneration));
    }

    [Test]
    public async Task Generate_OwnSamplers_KeepToItAsWell()
    {
        var options = new GenerationOptions { MinTokens = 3, Samplers = () => new(new TopKSampler(1)) };
        Assert.That((await _engine.ReadAllAsync("x", options)).Text(), Is.EqualTo("aaa"));
    }

    [Test]
    public async Task Generate_AnswersOfOneSequence_AreCountedAnew()
    {
        using var sequence = await _engine.OpenSequenceAsync();
        await sequence.AppendAsync("x");
        foreach (var least in new[] { 2, 3, 1 })
        {
            using var fork = sequence.Fork();
            Assert.That((await sequence.CompleteAsync(EngineCalls.Greedy with { MinTokens = least })).Text, Has.Length.EqualTo(least));
            Assert.That((await fork.CompleteAsync(EngineCalls.Greedy with { MinTokens = 5 })).Text, Has.Length.EqualTo(5));
        }
    }

    [Test]
    public async Task Generate_StopSequence_EndsSooner()
    {
        var tokens = await _engine.ReadAllAsync("x", EngineCalls.Greedy with { MinTokens = 9, Stop = ["aaa"] });
        Assert.That((tokens.Count, tokens[^1].FinishReason), Is.EqualTo((3, FinishReason.StopSequence)));
    }

    [TestCase(-1, null, "from 0 to 2147483647")]
    [TestCase(6, 5, "from 0 to 5")]
    public void Generate_LeastOutOfRange_IsRefused(int least, int? most, string range) => Assert.That(
        () => _engine.GenerateAsync("x", new() { MinTokens = least, MaxTokens = most }),
        Throws.ArgumentException.With.Message.Contains($"MinTokens was {least}; it must be {range}"));

    [Test]
    public async Task Generate_LeastOfTheMost_IsAllowed()
    {
        var tokens = await _engine.ReadAllAsync("x", EngineCalls.Greedy with { MinTokens = 5, MaxTokens = 5 });
        Assert.That((tokens.Text(), tokens[^1].FinishReason), Is.EqualTo(("aaaaa", FinishReason.Length)));
    }

    [Test]
    public void CloneAndReset_KeepAndForgetTheCount()
    {
        var pipeline = new SamplerPipeline(new TopKSampler(1)).Prepend(new MinTokensSampler(Tokenizer.FindEnds(), 2));
        var logits = Logits(("<end>", 9), ("a", 5));
        Assert.That(pipeline.Sample(logits), Is.EqualTo('a'));
        var clone = pipeline.Clone();
        Assert.That(Sample(clone, 2), Is.EqualTo(['a', Tokenizer.End]));
        pipeline.Reset();
        Assert.That(Sample(pipeline, 3), Is.EqualTo(['a', 'a', Tokenizer.End]));

        int[] Sample(SamplerPipeline from, int count) => [.. Enumerable.Range(0, count).Select(_ => from.Sample(logits))];
    }

    private static float[] Logits(params (string Text, float Logit)[] likely)
    {
        var logits = new float[Tokenizer.VocabularySize];
        foreach (var (text, logit) in likely)
        {
            logits[Tokenizer[text]] = logit;
        }

        return logits;
    }
}
