using Lamina.Runtime;
using Lamina.TestSupport;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Sequences;

/// <summary>Sequences on a real model, the same in both layouts.</summary>
[TestFixture(KvLayout.PerSequence)]
[TestFixture(KvLayout.Shared)]
internal sealed class SequenceTests(KvLayout layout)
{
    private const string Story = "Once upon a time there was a small village by the sea, where an old fisherman lived";

    private static readonly GenerationOptions Greedy = new() { MaxTokens = 16, Sampling = new() { Temperature = 0 } };

    private IInferenceEngine? _engine;

    private IInferenceEngine Engine => _engine!;

    [OneTimeSetUp]
    public async Task LoadAsync() => _engine = await LlamaCpp.LoadAsync(
        TestModels.Require(TestEngines.SmolName),
        new() { ContextSize = 512, MaxSequences = 4, KvLayout = layout, PrefixCache = false });

    [OneTimeTearDown]
    public void Dispose() => _engine?.Dispose();

    [Test]
    public async Task GenerateAsync_AfterAppend_SaysWhatTheEngineSays()
    {
        var expected = await Engine.CompleteAsync(Story, Greedy);
        using var sequence = await Engine.OpenSequenceAsync();
        await sequence.AppendAsync(Story);
        var answer = await sequence.CompleteAsync(Greedy);
        Assert.That(answer.Text, Is.EqualTo(expected.Text));
        Assert.That(sequence.Tokens, Is.EqualTo([.. Engine.Tokenizer.Encode(Story), .. answer.Tokens]));
    }

    [Test]
    public async Task Fork_BothSides_SayTheSame()
    {
        using var sequence = await Engine.OpenSequenceAsync();
        await sequence.AppendAsync(Story);
        var forks = sequence.Fork(6);
        var before = Engine.GetMetrics();
        var answers = await Task.WhenAll(forks.Append(sequence).Select(one => one.CompleteAsync(Greedy)));
        Assert.That(answers.Select(answer => answer.Text), Is.All.EqualTo(answers[0].Text));
        Assert.That(Engine.GetMetrics().PromptTokens - before.PromptTokens, Is.EqualTo(7), "each computes its last token alone");
        foreach (var fork in forks)
        {
            fork.Dispose();
        }
    }

    [Test]
    public async Task Rewind_ThenTheSameAgain_SaysTheSame()
    {
        using var sequence = await Engine.OpenSequenceAsync();
        await sequence.AppendAsync(Story);
        var length = sequence.Length;
        var first = await sequence.CompleteAsync(Greedy);
        sequence.Rewind(length);
        var second = await sequence.CompleteAsync(Greedy);
        Assert.That(second.Text, Is.EqualTo(first.Text));
    }

    [Test]
    public async Task SaveAsync_ThenLoad_GoesOnTheSame()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"session-{layout}.bin");
        using var sequence = await Engine.OpenSequenceAsync();
        await sequence.AppendAsync(Story);
        await sequence.SaveAsync(path);
        var expected = await sequence.CompleteAsync(Greedy);
        using var other = await Engine.OpenSequenceAsync();
        await other.LoadAsync(path);
        var before = Engine.GetMetrics();
        var answer = await other.CompleteAsync(Greedy);
        Assert.That(answer.Text, Is.EqualTo(expected.Text));
        Assert.That(Engine.GetMetrics().PromptTokens - before.PromptTokens, Is.EqualTo(1));
    }

    [Test]
    public async Task SetState_OverTokensThatAreThere_ComputesNoneOfTheState()
    {
        using var sequence = await Engine.OpenSequenceAsync();
        await sequence.AppendAsync(Story);
        using var state = await sequence.GetStateAsync();
        using var other = await Engine.OpenSequenceAsync();
        await other.AppendAsync("Another text, and a long enough one");
        other.SetState(state);
        var before = Engine.GetMetrics();
        await other.CompleteAsync(Greedy with { MaxTokens = 1 });
        Assert.That(Engine.GetMetrics().PromptTokens - before.PromptTokens, Is.EqualTo(1));
    }

    [Test]
    public async Task Trim_End_IsARewind()
    {
        using var sequence = await Engine.OpenSequenceAsync();
        await sequence.AppendAsync(Story);
        using var fork = sequence.Fork();
        sequence.Trim(9..);
        fork.Rewind(9);
        Assert.That((await sequence.CompleteAsync(Greedy)).Text, Is.EqualTo((await fork.CompleteAsync(Greedy)).Text));
        Assert.That(sequence.Length, Is.EqualTo(9 + Greedy.MaxTokens));
    }

    [Test]
    public async Task GetStateAsync_OneToken_CanBeTakenUp()
    {
        using var sequence = await Engine.OpenSequenceAsync();
        await sequence.AppendAsync(Prompt.FromTokens(100));
        using var state = await sequence.GetStateAsync();
        using var other = await Engine.OpenSequenceAsync();
        other.SetState(state);
        var answer = await other.CompleteAsync(Greedy);
        Assert.That(answer.Text, Is.EqualTo((await sequence.CompleteAsync(Greedy)).Text));
        Assert.That(other.Tokens, Is.EqualTo(sequence.Tokens));
    }

    [Test]
    public async Task Trim_Middle_GoesOn()
    {
        using var sequence = await Engine.OpenSequenceAsync();
        await sequence.AppendAsync(Story);
        var tokens = sequence.Tokens;
        using var fork = sequence.Fork();
        sequence.Trim(4..9);
        Assert.That(sequence.Tokens, Is.EqualTo(tokens.RemoveRange(4, 5)));
        var answer = await sequence.CompleteAsync(Greedy);
        var unhurt = await fork.CompleteAsync(Greedy);
        Assert.That(answer.Tokens, Is.Not.Empty);
        Assert.That(unhurt.Text, Is.EqualTo((await Engine.CompleteAsync(Story, Greedy)).Text));
    }

    [Test]
    public async Task ScoreAsync_Leaves_TheSequenceAsItWas()
    {
        using var sequence = await Engine.OpenSequenceAsync();
        await sequence.AppendAsync("The capital of France is");
        var paris = await sequence.ScoreAsync(" Paris");
        var rome = await sequence.ScoreAsync(" Rome");
        var expected = await Engine.ScoreAsync(" Paris", "The capital of France is");
        Assert.That(paris.LogLikelihood, Is.GreaterThan(rome.LogLikelihood));
        Assert.That(paris.LogLikelihood, Is.EqualTo(expected.LogLikelihood).Within(0.5));
        Assert.That(sequence.Length, Is.EqualTo(5));
    }
}
