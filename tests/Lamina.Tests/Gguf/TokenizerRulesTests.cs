using Lamina.Gguf;
using Lamina.TestSupport.Gguf;

namespace Lamina.Tests.Gguf;

internal sealed class TokenizerRulesTests
{
    [Test]
    public void Validate_ByteTokensAmongWordPieces_AreRefused()
    {
        var image = TinyLlama.Create();
        image["tokenizer.ggml.model"] = "bert";

        AssertRefused(image, "token 3 stands for a byte");
    }

    [TestCase(1024, true)]
    [TestCase(1025, false)]
    public void Validate_LongToken_IsRefusedWhereItTakesForever(int length, bool isSound)
    {
        var image = TinyLlama.Create();
        image["tokenizer.ggml.model"] = "plamo2";
        ((string[])image["tokenizer.ggml.tokens"])[20] = new string('z', length);

        Assert.That(() => GgufValidatorTests.Validate(image), isSound
            ? Throws.Nothing
            : Throws.InstanceOf<GgufException>().With.Message.Contains("token 20 is 1025 bytes long"));
    }

    [TestCase("b", "bc", true)]
    [TestCase("bc", "bd", false)]
    [TestCase("\\n\\n", "\\n", true)]
    [TestCase("\\n\\n", "\\t", false)]
    [TestCase("\\xf0x", "\\xf0", true)]
    [TestCase("\\xf0x", "\\xf1", false)]
    public void Validate_FirstByteThatIsNoToken_IsRefusedWhereItWouldHang(string first, string second, bool isSound)
    {
        var image = TinyLlama.Create();
        image["tokenizer.ggml.model"] = "rwkv";
        var tokens = Enumerable.Range(0, TinyLlama.Tokens).Select(i => new string('a', i + 1)).ToArray();
        (tokens[10], tokens[11]) = (first, second);
        image["tokenizer.ggml.tokens"] = tokens;

        Assert.That(() => GgufValidatorTests.Validate(image), isSound
            ? Throws.Nothing
            : Throws.InstanceOf<GgufException>().With.Message.Contains("begins with the byte 0x"));
    }

    [Test]
    public void FindUncovered_AllBytesHaveTokens_IsNotNeeded()
    {
        using var file = new TemporaryFile(TinyLlama.Create().ToBytes());

        Assert.That(ByteCoverage.Create(GgufFile.Read(file.Path).Metadata), Is.Null);
    }

    [TestCase("a b", null)]
    [TestCase("gr\u00FC\u00DFe", "\u00FC")]
    [TestCase("x\U0001F600", "\U0001F600")]
    public void FindUncovered_BytesAreMissing_NamesTheCharacter(string text, string? uncovered)
    {
        var image = TinyLlama.Create();
        image["tokenizer.ggml.tokens"] = ((string[])image["tokenizer.ggml.tokens"])
            .Select((token, i) => i is >= 3 + 0x80 and < 3 + 0x100 ? $"word{i}" : token).ToArray();
        using var file = new TemporaryFile(image.ToBytes());

        Assert.That(ByteCoverage.Create(GgufFile.Read(file.Path).Metadata)!.FindUncovered(text), Is.EqualTo(uncovered));
    }

    private static void AssertRefused(GgufImage image, string message) =>
        Assert.That(() => GgufValidatorTests.Validate(image), Throws.InstanceOf<GgufException>().With.Message.Contains(message));
}
