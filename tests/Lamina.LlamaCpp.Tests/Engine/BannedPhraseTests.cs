namespace Lamina.LlamaCpp.Tests.Engine;

/// <summary>Answers without banned phrases on a real model.</summary>
public sealed class BannedPhraseTests
{
    [Test]
    public async Task GenerateAsync_PhrasesOfAStory_AreToldOtherwise()
    {
        var engine = await TestEngines.TrainedAsync();
        var options = new GenerationOptions { MaxTokens = 80, Sampling = new() { Temperature = 0 } };
        using var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync("Once upon a time");
        using var fork = sequence.Fork();
        var plain = await fork.CompleteAsync(options);
        var words = plain.Text.Split(' ');
        Assert.That(words, Has.Length.GreaterThan(12), plain.Text);
        string[] phrases = [string.Join(' ', words[4..7]), words[10] + " " + words[11][..1]];
        var other = await sequence.CompleteAsync(options with { BannedPhrases = phrases });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(phrases, Is.All.Matches<string>(phrase => plain.Text.Contains(phrase, StringComparison.Ordinal)));
            Assert.That(phrases, Is.All.Matches<string>(phrase => !other.Text.Contains(phrase, StringComparison.Ordinal)), other.Text);
            Assert.That(other.Text, Does.StartWith(string.Join(' ', words[..4])));
            Assert.That(engine.Tokenizer.Encode("Once upon a time").Concat(other.Tokens), Is.SubsetOf(sequence.Tokens));
        }

        // What was taken back has left nothing behind: the model scores what follows as on a sequence that never had it.
        using var fresh = await engine.OpenSequenceAsync();
        await fresh.AppendAsync(Lamina.Tokens.Prompt.FromTokens([.. sequence.Tokens]));
        var (found, expected) = (await sequence.ScoreAsync(" The end."), await fresh.ScoreAsync(" The end."));
        Assert.That(found.LogLikelihood, Is.EqualTo(expected.LogLikelihood).Within(0.3));
    }
}
