using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Tokens;

internal sealed class TokenizerExtensionsTests
{
    private readonly FakeTokenizer _tokenizer = new(null, ("<turn>", TokenKinds.None));

    [Test]
    public void Encode_Prompt_HasControlTokensAndPrefix()
    {
        var tokenizer = new FakeTokenizer { Prefix = [7] };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tokenizer.Encode(Prompt.FromMarkup("<end>")), Is.EqualTo([7, tokenizer.End]));
            Assert.That(tokenizer.Encode(Prompt.FromMarkup("<end>"), withPrefix: false), Is.EqualTo([tokenizer.End]));
        }
    }

    [Test]
    public void Decode_ControlTokens_AreLeftOutUnlessAskedFor()
    {
        int[] tokens = ['a', _tokenizer["<turn>"], 'b', _tokenizer.End];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_tokenizer.Decode(tokens), Is.EqualTo("ab"));
            Assert.That(_tokenizer.Decode(tokens, withControlTokens: true), Is.EqualTo("a<turn>b<end>"));
            Assert.That(_tokenizer.Decode([]), Is.Empty);
        }
    }

    [Test]
    public void Decode_CharacterInSeveralTokens_IsJoined()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_tokenizer.Decode(_tokenizer.Split("a😀é")), Is.EqualTo("a😀é"));
            Assert.That(_tokenizer.Decode(_tokenizer.Split("😀").AsSpan(0, 3)), Is.EqualTo("\uFFFD"));
        }
    }

    [Test]
    public void Decode_UnknownToken_Throws()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => _tokenizer.Decode([-1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => _tokenizer.Decode([_tokenizer.VocabularySize]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    [Test]
    public void Any_Null_Throws()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => TokenizerExtensions.Encode(null!, Prompt.Empty), Throws.ArgumentNullException);
            Assert.That(() => _tokenizer.Encode((Prompt)null!), Throws.ArgumentNullException);
            Assert.That(() => TokenizerExtensions.Decode(null!, []), Throws.ArgumentNullException);
        }
    }
}
