using TinyCorpus.Vocabularies;

namespace Lamina.Tests.Samples;

/// <summary>Byte-level BPE: its training, and its use.</summary>
internal sealed class VocabularyTests
{
    [Test]
    public void Train_Words_MergesTheMostFrequentPairsFirst()
    {
        // "lo" is seen 7 times, then "low" 5 times; ties go by the letters.
        var vocabulary = VocabularyTrainer.Train(["low low low low low", "lot", "lo"], ["<end>"], 1 + 256 + 3);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(vocabulary.Merges.Select(merge => merge.Left + merge.Right), Is.EqualTo((string[])["lo", "low", "Ġlow"]));
            Assert.That(vocabulary.Tokens[0], Is.EqualTo("<end>"));
            Assert.That(vocabulary.Tokens, Has.Count.EqualTo(260));
        }
    }

    [Test]
    public void Encode_AnyText_IsItsBytes()
    {
        var vocabulary = VocabularyTrainer.Train(["to be or not to be"], ["<end>"], 1 + 256 + 8);
        foreach (var text in (string[])["to be", "12 + 345 = ?\n\n  x", "größer\t€", ""])
        {
            var tokens = new List<int>();
            vocabulary.Encode(text, tokens);
            Assert.That(
                string.Concat(tokens.Select(token => vocabulary.Tokens[token])),
                Is.EqualTo(string.Concat(System.Text.Encoding.UTF8.GetBytes(text).Select(value => vocabulary.Tokens[1 + value]))));
        }
    }

    [Test]
    public void Encode_Digits_AreATokenEach()
    {
        var vocabulary = VocabularyTrainer.Train(["1234 1234 1234 ab ab"], [], 256 + 2);
        var tokens = new List<int>();
        vocabulary.Encode("1234 ab", tokens);
        Assert.That(tokens.Select(token => vocabulary.Tokens[token]), Is.EqualTo((string[])["1", "2", "3", "4", "Ġab"]));
    }

    [Test]
    public void Train_TooFewTexts_SaysSo() =>
        Assert.That(
            () => VocabularyTrainer.Train(["ab"], [], 300), Throws.InvalidOperationException.With.Message.Contains("257"));
}
