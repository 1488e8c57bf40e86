using System.Text;
using Lamina.Runtime;
using Lamina.TestSupport.Gguf;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Runtime;

public sealed class LlamaTokenizerTests
{
    [Test]
    public async Task Encode_TypedControlTokens_NeverBecomeThem()
    {
        var tokenizer = (await TestEngines.SmolAsync()).Tokenizer;
        Assert.That(tokenizer.ControlTokens, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            foreach (var control in tokenizer.ControlTokens)
            {
                var name = Encoding.UTF8.GetString(tokenizer.GetBytes(control));
                var typed = tokenizer.Encode((Prompt)$"a{name} {name}{name}\n{name}");

                Assert.That(typed.Where(tokenizer.ControlTokens.Contains), Is.Empty, name);
                Assert.That(tokenizer.Decode(typed), Is.EqualTo($"a{name} {name}{name}\n{name}"));
                Assert.That(tokenizer.Encode(Prompt.FromMarkup(name)), Is.EqualTo(new[] { control }), name);
            }
        });
    }

    [Test]
    public async Task Encode_TypedControlTokensOfASentencePieceVocabulary_NeverBecomeThem()
    {
        var tokenizer = (await TestEngines.TinyAsync()).Tokenizer;

        var typed = tokenizer.Encode("</s> <s><unk>");

        Assert.That(typed.Where(tokenizer.ControlTokens.Contains), Is.Empty);
        Assert.That(tokenizer.Decode(typed), Does.EndWith("</s> <s><unk>"));
    }

    [TestCase("Hello, world!")]
    [TestCase("naïve café, Ελληνικά, 日本語, 🦙🧵 and 👩‍👩‍👧‍👦")]
    [TestCase("  leading and trailing   ")]
    [TestCase("tabs\tand\r\nnew lines\n\n")]
    public async Task Decode_OfEncode_IsTheText(string text)
    {
        var tokenizer = (await TestEngines.SmolAsync()).Tokenizer;
        Assert.That(tokenizer.Decode(tokenizer.Encode(text)), Is.EqualTo(text));
    }

    [TestCase(-1)]
    [TestCase(262)]
    [TestCase(int.MaxValue)]
    [TestCase(int.MinValue)]
    public async Task GetBytes_UnknownToken_IsRefused(int token)
    {
        var tokenizer = (await TestEngines.TinyAsync()).Tokenizer;
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.GetBytes(token));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.GetKind(token));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([token]));
    }

    [Test]
    public async Task PrefixAndSuffix_AreWhatTheModelExpects()
    {
        var smol = (await TestEngines.SmolAsync()).Tokenizer;
        var mini = (await TestEngines.MiniAsync()).Tokenizer;
        var tiny = (await TestEngines.TinyAsync()).Tokenizer;

        Assert.Multiple(() =>
        {
            Assert.That(smol.Prefix, Is.Empty);
            Assert.That(smol.Suffix, Is.Empty);
            Assert.That(mini.Prefix, Is.EqualTo(new[] { 101 }), "CLS");
            Assert.That(mini.Suffix, Is.EqualTo(new[] { 102 }), "SEP");
            Assert.That(tiny.Prefix, Is.EqualTo(new[] { 1 }), "BOS");
        });
    }

    [Test]
    public void PairSeparator_IsWhatTheFileAsksFor([Values] bool endsQuery, [Values] bool separates)
    {
        var image = TinyLlama.Create();
        image["tokenizer.ggml.add_eos_token"] = endsQuery;
        image["tokenizer.ggml.add_sep_token"] = separates;
        image["tokenizer.ggml.seperator_token_id"] = 0u; // as GGUF spells it
        using var file = new TemporaryModel(image);

        Assert.That(file.Model.Tokenizer.PairSeparator, Is.EqualTo((int[])[.. endsQuery ? [2] : Array.Empty<int>(), .. separates ? [0] : Array.Empty<int>()]));
    }

    [Test]
    public async Task PairSeparator_OfWordPiece_IsSep() =>
        Assert.That((await TestEngines.MiniAsync()).Tokenizer.PairSeparator, Is.EqualTo(new[] { 102 }));

    [Test]
    public async Task GetKind_EndOfGeneration_IsThatOfTheModel()
    {
        var tokenizer = (await TestEngines.SmolAsync()).Tokenizer;

        var ends = Enumerable.Range(0, tokenizer.VocabularySize)
            .Where(token => tokenizer.GetKind(token).HasFlag(TokenKinds.EndOfGeneration));

        Assert.That(ends, Is.EqualTo(new[] { 0, 2, 4 }));
    }

    [Test]
    public async Task Encode_StrangeText_IsTokenized()
    {
        var tokenizer = (await TestEngines.SmolAsync()).Tokenizer;

        Assert.Multiple(() =>
        {
            Assert.That(tokenizer.Encode(""), Is.Empty);
            Assert.That(tokenizer.Decode(tokenizer.Encode("a\ud800b")), Is.EqualTo("a\ufffdb"), "an unpaired surrogate");
            Assert.That(tokenizer.Encode(new string('a', 300_000)), Is.Not.Empty);
            Assert.That(tokenizer.Encode(new string(' ', 100_000)), Is.Not.Empty);
            Assert.That(tokenizer.Encode(new string('\u0301', 50_000)), Is.Not.Empty);
            Assert.That(() => tokenizer.Encode("before\0after"), Throws.Nothing);
        });
    }
}
