namespace Lamina.LlamaCpp.Tests.Engine;

/// <summary>Choices by their likelihood on a real model.</summary>
public sealed class ChooseTests
{
    private static readonly string[] Choices = [" fox", " time", " sea", " table of numbers"];

    [Test]
    public async Task ChooseAsync_StoryBeginning_GoesOnAsStoriesDo()
    {
        var engine = await TestEngines.TrainedAsync();
        var choice = await engine.ChooseAsync("Once upon a", Choices);
        Assert.That((choice.Index, choice.Text), Is.EqualTo((1, " time")));
        Assert.That(choice.Scores[1].Probability, Is.GreaterThan(0.9));
        foreach (var score in choice.Scores)
        {
            var expected = await engine.ScoreAsync(score.Text, "Once upon a");
            Assert.That(score.LogLikelihood, Is.EqualTo(expected.LogLikelihood).Within(0.2), score.Text);
            Assert.That(score.LogLikelihoodPerToken, Is.EqualTo(score.LogLikelihood / expected.Tokens.Length).Within(1e-9));
        }
    }

    [Test]
    public async Task ChooseAsync_OnASequence_IsTheSameAndLeavesItAsItWas()
    {
        var engine = await TestEngines.TrainedAsync();
        using var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync("Once upon a");
        var before = sequence.Tokens;
        var options = new ChoiceOptions { Normalization = ChoiceNormalization.PerByte, Calibration = ["The", "A"] };
        var expected = await engine.ChooseAsync("Once upon a", Choices, options);
        var choice = await sequence.ChooseAsync(Choices, options);
        Assert.That(choice.Scores.Select(score => score.Score), Is.EqualTo(expected.Scores.Select(score => score.Score)).Within(0.2));
        Assert.That(sequence.Tokens, Is.EqualTo(before));
        Assert.That((await sequence.CompleteAsync(new() { MaxTokens = 1, Sampling = new() { Temperature = 0 } })).Text, Is.EqualTo(" time"));
    }
}
