using System.Text;
using Lamina.Runtime;

namespace Lamina.TestSupport.Conformance;

/// <summary>What every <see cref="ITokenizer"/> is held to.</summary>
public abstract class TokenizerConformance : ConformanceFixture
{
    private ITokenizer Tokenizer => Model.Tokenizer;

    [TestCase("Hello, world!")]
    [TestCase("naïve café, Ελληνικά, 日本語, 🦙🧵")]
    [TestCase("  leading and trailing   ")]
    [TestCase("tabs\tand\r\nnew lines\n\n")]
    public void GetBytes_OfAnEncodedText_AreTheText(string text)
    {
        var found = Text(Tokenizer.Encode(text));

        // Some vocabularies put a space before every text.
        Assert.That(found, Is.EqualTo(text).Or.EqualTo(" " + text));
    }

    [Test]
    public void Encode_EmptyText_IsNothing() => Assert.That(Tokenizer.Encode(""), Is.Empty);

    [Test]
    public void Encode_UnpairedSurrogate_IsReplaced() =>
        Assert.That(Text(Tokenizer.Encode("a\ud800b")), Does.EndWith("a\ufffdb"));

    [Test]
    public void Encode_TypedControlTokens_NeverBecomeThem()
    {
        Assert.That(Tokenizer.ControlTokens, Is.Not.Empty);
        foreach (var control in Tokenizer.ControlTokens)
        {
            var name = Text(control);
            var typed = Tokenizer.Encode($"a{name} {name}{name}\n{name}");

            Assert.That(typed.Where(Tokenizer.ControlTokens.Contains), Is.Empty, name);
            Assert.That(Text(typed), Does.EndWith($"a{name} {name}{name}\n{name}"));
        }
    }

    [Test]
    public void ControlTokens_AreThoseOfThatKind() => Assert.That(
        Enumerable.Range(0, Tokenizer.VocabularySize).Where(token => Tokenizer.GetKind(token).HasFlag(TokenKinds.Control)),
        Is.EquivalentTo(Tokenizer.ControlTokens));

    [Test]
    public void SpecialTokens_AreOfTheVocabulary()
    {
        int?[] all =
        [
            .. Tokenizer.Prefix, .. Tokenizer.Suffix, .. Tokenizer.PairSeparator,
            Tokenizer.BeginOfText, Tokenizer.EndOfText, Tokenizer.EndOfTurn,
        ];
        Assert.That(Tokenizer.VocabularySize, Is.EqualTo(Model.Info.VocabularySize).And.GreaterThan(0));
        Assert.That(all.OfType<int>(), Is.All.InRange(0, Tokenizer.VocabularySize - 1));
        Assert.That(Tokenizer.EndOfText is { } end ? Tokenizer.GetKind(end) : TokenKinds.Control, Is.Not.EqualTo(TokenKinds.None));
    }

    [Test]
    public void GetBytes_UnknownToken_IsRefused()
    {
        foreach (var token in new[] { -1, Tokenizer.VocabularySize, int.MaxValue, int.MinValue })
        {
            var ofBytes = Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.GetBytes(token));
            var ofKind = Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.GetKind(token));
            Assert.That((ofBytes!.ParamName, ofKind!.ParamName), Is.EqualTo(("token", "token")));
        }
    }

    [Test]
    public void Encode_OnManyThreads_AsOnOne()
    {
        var texts = Enumerable.Range(0, 200).Select(i => $"text number {i}, said {i * 7} times").ToArray();
        var expected = texts.Select(Tokenizer.Encode).ToArray();

        var found = new int[texts.Length][];
        Parallel.For(0, texts.Length, i => found[i] = Tokenizer.Encode(texts[i]));

        Assert.That(found, Is.EqualTo(expected));
    }

    private string Text(params ReadOnlySpan<int> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            bytes.AddRange(Tokenizer.GetBytes(token));
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
