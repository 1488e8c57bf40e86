using System.Runtime.CompilerServices;
using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests;

/// <summary>Choices by their likelihood, without sampling.</summary>
[TestFixture(KvLayout.PerSequence)]
[TestFixture(KvLayout.Shared)]
internal sealed class ChooseTests(KvLayout layout)
{
    private static readonly string[] Choices = ["yes", "no, never", "é", "y"];
    private static readonly FakeTokenizer Tokenizer = new(["yes", ", "]);

    private FakeRuntime _runtime = null!;
    private InferenceEngine _engine = null!;

    [SetUp]
    public async Task SetUp()
    {
        _runtime = new(Tokenizer) { Logits = tokens => Logits([.. tokens]) };
        _engine = await _runtime.StartEngineAsync(new() { KvLayout = layout, ContextSize = 100, MaxSequences = 3 });
    }

    [TearDown]
    public async Task TearDown()
    {
        await _engine.DisposeAsync();
        _runtime.Dispose();
    }

    [Test]
    public async Task Choose_Normalization_DividesTheLogLikelihood([Values] ChoiceNormalization normalization)
    {
        var choice = await _engine.ChooseAsync("prompt", Choices, new() { Normalization = normalization });
        int[] tokens = [1, 8, 2, 1];
        int[] bytes = [3, 9, 2, 1];
        using (Assert.EnterMultipleScope())
        {
            for (var i = 0; i < Choices.Length; i++)
            {
                var score = choice.Scores[i];
                var expected = LogLikelihood("prompt", Choices[i]);
                Assert.That(score.Text, Is.EqualTo(Choices[i]));
                Assert.That(score.LogLikelihood, Is.EqualTo(expected).Within(1e-4));
                Assert.That(score.LogLikelihoodPerToken, Is.EqualTo(expected / tokens[i]).Within(1e-4));
                var divisor = normalization switch
                {
                    ChoiceNormalization.PerToken => tokens[i],
                    ChoiceNormalization.PerByte => bytes[i],
                    _ => 1,
                };
                Assert.That(score.Score, Is.EqualTo(expected / divisor).Within(1e-4));
            }

            AssertProbabilities(choice);
        }
    }

    [Test]
    public async Task Choose_Normalizations_DifferInWhatTheyPrefer()
    {
        var chosen = new List<string>();
        foreach (var normalization in Enum.GetValues<ChoiceNormalization>())
        {
            chosen.Add((await _engine.ChooseAsync("a", Choices, new() { Normalization = normalization })).Text);
        }

        Assert.That(chosen.Distinct(StringComparer.Ordinal).Count(), Is.GreaterThan(1), string.Join(' ', chosen));
    }

    [Test]
    public async Task Choose_Calibration_SubtractsTheMeanOfTheProbabilitiesWithoutContent(
        [Values] ChoiceNormalization normalization)
    {
        Prompt[] prompts = ["N/A", "nothing", "-"];
        var options = new ChoiceOptions { Normalization = normalization };
        var plain = await _engine.ChooseAsync("prompt", Choices, options);
        var without = new List<Choice>();
        foreach (var prompt in prompts)
        {
            without.Add(await _engine.ChooseAsync(prompt, Choices, options));
        }

        var calibrated = await _engine.ChooseAsync("prompt", Choices, options with { Calibration = prompts });
        using (Assert.EnterMultipleScope())
        {
            for (var i = 0; i < Choices.Length; i++)
            {
                var mean = without.Average(choice => choice.Scores[i].Probability);
                Assert.That(calibrated.Scores[i].Score, Is.EqualTo(plain.Scores[i].Score - Math.Log(mean)).Within(1e-4));
                Assert.That(calibrated.Scores[i].LogLikelihood, Is.EqualTo(plain.Scores[i].LogLikelihood).Within(1e-4));
            }

            AssertProbabilities(calibrated);
        }
    }

    [Test]
    public async Task Choose_CalibratedByThePromptItself_HasNoPreference()
    {
        var choice = await _engine.ChooseAsync("prompt", Choices, new() { Calibration = ["prompt"] });
        Assert.That(choice.Scores.Select(score => score.Probability), Is.All.EqualTo(0.25).Within(1e-4));
    }

    [Test]
    public async Task Choose_OnASequence_IsTheSameAndLeavesItAsItWas()
    {
        var options = new ChoiceOptions { Calibration = ["N/A"] };
        var expected = await _engine.ChooseAsync("prompt", Choices, options);
        var open = new StrongBox<int>();
        using var inner = await _engine.OpenSequenceAsync();
        var sequence = new CountingSequence(inner, open);
        await sequence.AppendAsync("pro");
        await sequence.AppendAsync("mpt");
        for (var i = 0; i < 2; i++)
        {
            var choice = await sequence.ChooseAsync(Choices, options);
            Assert.That(choice.Scores, Is.EqualTo(expected.Scores));
            Assert.That((choice.Index, choice.Text), Is.EqualTo((expected.Index, expected.Text)));
            Assert.That(sequence.Tokens, Is.EqualTo(Tokenizer.Split("prompt")));
            Assert.That(open.Value, Is.Zero, "all forks are disposed of");
        }
    }

    [Test]
    public async Task Choose_Prompt_IsReadOnce()
    {
        var prompt = new string('p', 60);
        await _engine.ChooseAsync(prompt, ["a", "b", "c", "d", "e"]);
        var computed = _runtime.Batches.Sum(batch => batch.Tokens.Count);
        Assert.That(computed, Is.EqualTo(59 + 5), "each choice computes the prompt's last token, which its own follows");
    }

    [Test]
    public async Task Choose_OneChoice_IsCertain()
    {
        var choice = await _engine.ChooseAsync("prompt", ["yes"]);
        Assert.That((choice.Index, choice.Text, choice.Scores[0].Probability), Is.EqualTo((0, "yes", 1d)));
    }

    [Test]
    public async Task Choose_WrongArguments_AreRefused()
    {
        using var sequence = await _engine.OpenSequenceAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => sequence.ChooseAsync(["a"]), Throws.InvalidOperationException.With.Message.Contains("empty"));
            await sequence.AppendAsync("x");
            foreach (var (choices, message) in (((string[], string)[])
                [([], "no choices"), (["a", ""], "Choice 1 of 2"), ([null!], "Choice 0 of 1"), (["a", "b", "a"], "'a' was there twice")]))
            {
                Assert.That(() => _engine.ChooseAsync("x", choices), Throws.ArgumentException.With.Message.Contains(message));
                Assert.That(() => sequence.ChooseAsync(choices), Throws.ArgumentException.With.Message.Contains(message));
            }

            Assert.That(() => _engine.ChooseAsync("", ["a"]), Throws.ArgumentException.With.Message.Contains("prompt is empty"));
            Assert.That(
                () => _engine.ChooseAsync("x", ["a"], new() { Calibration = [""] }),
                Throws.ArgumentException.With.Message.Contains("calibration is empty"));
            Assert.That(
                () => _engine.ChooseAsync("x", ["a"], new() { Calibration = [null!], Normalization = (ChoiceNormalization)7 }),
                Throws.ArgumentException.With.Message.Contains("Calibration was or held null")
                    .And.Message.Contains("Normalization was 7"));
        }
    }

    [Test]
    public async Task Choose_Cancelled_ThrowsAndDisposesOfTheForks()
    {
        var open = new StrongBox<int>();
        using var inner = await _engine.OpenSequenceAsync();
        var sequence = new CountingSequence(inner, open);
        await sequence.AppendAsync("prompt");
        using var cancellation = new CancellationTokenSource();
        _runtime.OnDecode = _ =>
        {
            cancellation.Cancel();
            return null;
        };
        Assert.That(
            () => sequence.ChooseAsync(Choices, cancellationToken: cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
        _runtime.OnDecode = null;
        Assert.That(open.Value, Is.Zero);
        Assert.That((await sequence.ChooseAsync(Choices)).Scores[0].LogLikelihood, Is.EqualTo(LogLikelihood("prompt", "yes")).Within(1e-4));
    }

    [Test]
    public async Task Choose_FailedComputation_ThrowsAndDisposesOfTheForks()
    {
        var open = new StrongBox<int>();
        using var inner = await _engine.OpenSequenceAsync();
        var sequence = new CountingSequence(inner, open);
        await sequence.AppendAsync("prompt");
        _runtime.OnDecode = _ => throw new LaminaException("decode", "broken");
        Assert.That(() => sequence.ChooseAsync(Choices), Throws.InstanceOf<LaminaException>().With.Message.Contains("broken"));
        _runtime.OnDecode = null;
        Assert.That(open.Value, Is.Zero);
    }

    private static void AssertProbabilities(Choice choice)
    {
        var total = choice.Scores.Sum(score => Math.Exp(score.Score));
        Assert.That(
            choice.Scores.Select(score => score.Probability),
            Is.EqualTo(choice.Scores.Select(score => Math.Exp(score.Score) / total)).Within(1e-6));
        Assert.That(choice.Scores[choice.Index].Score, Is.EqualTo(choice.Scores.Max(score => score.Score)));
        Assert.That(choice.Text, Is.EqualTo(Choices[choice.Index]));
    }

    private static double LogLikelihood(string prompt, string choice)
    {
        var before = Tokenizer.Split(prompt).ToList();
        var sum = 0d;
        foreach (var token in Tokenizer.Split(choice))
        {
            var logits = Logits([.. before]);
            sum += logits[token] - Math.Log(logits.Sum(logit => Math.Exp(logit)));
            before.Add(token);
        }

        return sum;
    }

    private static float[] Logits(int[] tokens) =>
    [
        .. Enumerable.Range(0, Tokenizer.VocabularySize)
            .Select(token => (((token * 7) + (tokens[0] * 5) + (tokens[^1] * 3) + (tokens.Length * 13)) % 31) / 6f),
    ];
}
