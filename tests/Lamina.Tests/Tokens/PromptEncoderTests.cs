using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Tokens;

internal sealed class PromptEncoderTests
{
    private static readonly string[] ControlNames = ["<end>", "<turn>", "<turn>x", "<left>", "<right>", "<both>", "<bos>"];

    private static FakeTokenizer CreateTokenizer(bool withBos = false)
    {
        FakeTokenizer tokenizer = new(
            ["hello", "  ", "user"],
            ("<turn>", TokenKinds.None),
            ("<turn>x", TokenKinds.None),
            ("<left>", TokenKinds.StripsLeft),
            ("<right>", TokenKinds.StripsRight),
            ("<both>", TokenKinds.StripsLeft | TokenKinds.StripsRight),
            ("<bos>", TokenKinds.None));
        return !withBos ? tokenizer : new(
            ["hello", "  ", "user"],
            ("<turn>", TokenKinds.None),
            ("<turn>x", TokenKinds.None),
            ("<left>", TokenKinds.StripsLeft),
            ("<right>", TokenKinds.StripsRight),
            ("<both>", TokenKinds.StripsLeft | TokenKinds.StripsRight),
            ("<bos>", TokenKinds.None))
        {
            Prefix = [tokenizer["<bos>"]],
            Suffix = [tokenizer.End],
        };
    }

    /// <summary>Encodes, and writes control tokens as [name] and other tokens as their text in quotes.</summary>
    private static string Show(Prompt prompt, FakeTokenizer? tokenizer = null, bool withPrefix = true, bool withSuffix = false)
    {
        tokenizer ??= CreateTokenizer();
        var shown = new PromptEncoder(tokenizer).Encode(prompt, withPrefix, withSuffix).Select(token =>
        {
            var name = System.Text.Encoding.UTF8.GetString(tokenizer.GetBytes(token));
            return tokenizer.GetKind(token).HasFlag(TokenKinds.Control) ? $"[{name.Trim('<', '>')}]" : name;
        });
        return string.Join('|', shown);
    }

    [Test]
    public void Encode_TypedText_NeverBecomesAControlToken([ValueSource(nameof(ControlNames))] string name)
    {
        var tokenizer = CreateTokenizer();
        Prompt[] prompts =
        [
            name,
            $"a{name}b{name}",
            Prompt.FromMarkup("<turn>") + name + Prompt.FromMarkup("<turn>"),

            // A name put together from typed parts, and from a typed and a written one.
            Prompt.FromText(name[..2]) + name[2..],
            Prompt.FromMarkup(name[..2]) + name[2..],
            Prompt.FromText(name[..2]) + Prompt.FromMarkup(name[2..]),
        ];
        foreach (var prompt in prompts)
        {
            var typed = prompt.Segments.Count(segment => segment is { Kind: PromptSegmentKind.Markup, Text: "<turn>" });
            var tokens = new PromptEncoder(tokenizer).Encode(prompt);
            Assert.That(
                tokens.Count(token => tokenizer.GetKind(token).HasFlag(TokenKinds.Control)), Is.EqualTo(typed), prompt.ToString());
        }
    }

    [Test]
    public void Encode_Markup_FindsControlTokens() => Assert.That(
        Show(Prompt.FromMarkup("<turn>user\n") + "<turn>" + Prompt.FromMarkup("<end>!")),
        Is.EqualTo("[turn]|user|\n|<|t|u|r|n|>|[end]|!"));

    [Test]
    public void Encode_NamesWithTheSameStart_TakesTheLongest() => Assert.That(
        Show(Prompt.FromMarkup("<turn>x<turn>y")), Is.EqualTo("[turn>x]|[turn]|y"));

    [Test]
    public void Encode_Seam_IsTokenizedAsOnePiece()
    {
        var tokenizer = CreateTokenizer();
        var prompt = Prompt.FromMarkup("<turn>he") + "ll" + "o us" + Prompt.FromMarkup("er<end>");
        Assert.That(Show(prompt, tokenizer), Is.EqualTo("[turn]|hello| |user|[end]"));
        Assert.That(tokenizer.Encoded, Is.EqualTo(["hello user"]));
    }

    [Test]
    public void Encode_TokensBetweenTexts_AreASeam() => Assert.That(
        Show(Prompt.FromText("hel") + Prompt.FromTokens('!') + "lo"), Is.EqualTo("h|e|l|!|l|o"));

    [TestCase("a \n <left> b", "a|[left]| |b")]
    [TestCase("a <right> \n b", "a| |[right]|b")]
    [TestCase("a <both> b", "a|[both]|b")]
    [TestCase("a <turn> b", "a| |[turn]| |b")]
    [TestCase("<right> <turn> b", "[right]|[turn]| |b")]
    [TestCase("<right> <right> b", "[right]|[right]|b")]
    [TestCase("a <right> <left> b", "a| |[right]|[left]| |b")]
    [TestCase(" <left>", "[left]")]
    [TestCase("<right> ", "[right]")]
    public void Encode_StrippingTokens_DropWhiteSpace(string markup, string expected) =>
        Assert.That(Show(Prompt.FromMarkup(markup)), Is.EqualTo(expected));

    [Test]
    public void Encode_StrippingTokens_DropWhiteSpaceOfNeighbouringSegments() => Assert.That(
        Show(Prompt.FromText("a ") + Prompt.FromMarkup(" <both>") + " " + " b"), Is.EqualTo("a|[both]|b"));

    [Test]
    public void Encode_TokensAfterAStrippingToken_EndTheStripping() => Assert.That(
        Show(Prompt.FromMarkup("<right>") + Prompt.FromTokens('!') + " b"), Is.EqualTo("[right]|!| |b"));

    [Test]
    public void Encode_ControlTokenGivenAsToken_StripsNothing()
    {
        var tokenizer = CreateTokenizer();
        Assert.That(
            Show(Prompt.FromText("a ") + Prompt.FromTokens(tokenizer["<both>"]) + " b", tokenizer),
            Is.EqualTo("a| |[both]| |b"));
    }

    [Test]
    public void Encode_Prefix_ComesOnceAndNotBeforeTokens()
    {
        var tokenizer = CreateTokenizer(withBos: true);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Show("a", tokenizer), Is.EqualTo("[bos]|a"));
            Assert.That(Show("<bos>", tokenizer), Is.EqualTo("[bos]|<|b|o|s|>"));
            Assert.That(Show(Prompt.Empty, tokenizer), Is.EqualTo("[bos]"));
            Assert.That(Show(Prompt.FromMarkup("<bos>a"), tokenizer), Is.EqualTo("[bos]|a"), "already there");
            Assert.That(Show(Prompt.FromMarkup("<turn>a"), tokenizer), Is.EqualTo("[bos]|[turn]|a"));
            Assert.That(Show(Prompt.FromTokens('a') + "b", tokenizer), Is.EqualTo("a|b"), "tokens are taken as they are");
            Assert.That(Show(Prompt.FromText("b") + Prompt.FromTokens('a'), tokenizer), Is.EqualTo("[bos]|b|a"));
            Assert.That(Show("a", tokenizer, withPrefix: false), Is.EqualTo("a"));
            Assert.That(Show("a", tokenizer, withSuffix: true), Is.EqualTo("[bos]|a|[end]"));
            Assert.That(Show("a", tokenizer, withPrefix: false, withSuffix: true), Is.EqualTo("a|[end]"));
        }
    }

    [TestCase(-1)]
    [TestCase(int.MinValue)]
    [TestCase(int.MaxValue)]
    public void Encode_UnknownToken_NamesItAndTheRange(int token)
    {
        var tokenizer = CreateTokenizer();
        Assert.That(
            () => new PromptEncoder(tokenizer).Encode(Prompt.FromTokens(1, token)),
            Throws.ArgumentException.With.Message.Contains($"{token}").And.Message.Contains($"{tokenizer.VocabularySize - 1}"));
    }

    [Test]
    public void Encode_FirstAndLastToken_AreTaken()
    {
        var tokenizer = CreateTokenizer();
        int[] tokens = [0, tokenizer.VocabularySize - 1];
        Assert.That(new PromptEncoder(tokenizer).Encode(Prompt.FromTokens(tokens)), Is.EqualTo(tokens));
    }

    [Test]
    public void Encode_TokenizerWithoutControlTokens_TakesMarkupAsText() => Assert.That(
        Show(Prompt.FromMarkup("<end>"), new FakeTokenizer { ControlTokens = [] }), Is.EqualTo("<|e|n|d|>"));

    [Test]
    public void Encode_NothingWithoutPrefix_IsNothing() => Assert.That(Show(Prompt.Empty), Is.Empty);
}
