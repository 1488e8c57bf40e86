using Lamina.Tokens;

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
            foreach (var phrase in phrases)
            {
                Assert.That(plain.Text, Does.Contain(phrase));
                Assert.That(other.Text, Does.Not.Contain(phrase));
            }

            Assert.That(other.Text, Does.StartWith(string.Join(' ', words[..4])));
            Assert.That(sequence.Tokens.TakeLast(other.Tokens.Length), Is.EqualTo(other.Tokens));
        }

        // What was taken back has left nothing behind: the model scores what follows as on a sequence that never had it.
        using var fresh = await engine.OpenSequenceAsync();
        await fresh.AppendAsync(Prompt.FromTokens([.. sequence.Tokens]));
        var (found, expected) = (await sequence.ScoreAsync(" The end."), await fresh.ScoreAsync(" The end."));
        Assert.That(found.LogLikelihood, Is.EqualTo(expected.LogLikelihood).Within(0.3));
    }
}
