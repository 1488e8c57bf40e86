using System.Text;
using Lamina.Tokens;

namespace Lamina.Tests.Tokens;

internal sealed class Utf8StreamDecoderTests
{
    private static readonly string[] Texts =
        ["plain", "é", "ß→€", "😀", "a😀b", "👩‍👩‍👧", "日本語", "e\u0301", "\u0000\u007F\u0080\u07FF\u0800\uFFFF", "🇩🇪x"];

    private static readonly byte[][] BrokenBytes =
    [
        [0x80], [0xC3], [0xC3, 0x28], [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xF0, 0x9F, 0x98], [0xF0, 0x28, 0x8C, 0xBC],
        [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF, 0xFE], [0x61, 0xF0, 0x9F, 0x62, 0x80],
        [0xF0, 0x9F, 0x98, 0xF0, 0x9F, 0x98, 0x80],
    ];

    [TestCaseSource(nameof(Texts))]
    public void Decode_EverySplitInThree_GivesTheText(string text) => AssertEverySplit(Encoding.UTF8.GetBytes(text), text);

    [TestCaseSource(nameof(BrokenBytes))]
    public void Decode_EverySplitOfBrokenBytes_GivesReplacements(byte[] bytes)
    {
        var expected = Encoding.UTF8.GetString(bytes);
        Assert.That(expected, Does.Contain('\uFFFD'));
        AssertEverySplit(bytes, expected);
    }

    [Test]
    public void Decode_PartOfACharacter_WaitsForTheRest()
    {
        var decoder = new Utf8StreamDecoder();
        var bytes = Encoding.UTF8.GetBytes("😀");
        for (var i = 0; i < bytes.Length - 1; i++)
        {
            Assert.That(decoder.Decode(bytes.AsSpan(i, 1)).ToString(), Is.Empty, $"byte {i}");
        }

        Assert.That(decoder.Decode(bytes.AsSpan(3)).ToString(), Is.EqualTo("😀"));
        Assert.That(decoder.Flush().ToString(), Is.Empty);
    }

    [Test]
    public void Decode_RandomBytesInRandomPieces_EqualsTheWhole()
    {
        var random = new Random(20);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            for (var i = 0; i < bytes.Length; i++)
            {
                // More of the bytes that lead and follow than chance would give.
                bytes[i] = random.Next(3) switch { 0 => (byte)(bytes[i] | 0xC0), 1 => (byte)((bytes[i] & 0x3F) | 0x80), _ => bytes[i] };
            }

            var decoder = new Utf8StreamDecoder();
            var text = new StringBuilder();
            for (int at = 0, size; at < bytes.Length; at += size)
            {
                size = Math.Min(random.Next(1, 90), bytes.Length - at);
                text.Append(decoder.Decode(bytes.AsSpan(at, size)));
            }

            text.Append(decoder.Flush());
            Assert.That(text.ToString(), Is.EqualTo(Encoding.UTF8.GetString(bytes)), $"round {round}");
        }
    }

    [Test]
    public void Flush_Twice_GivesTheReplacementOnce()
    {
        var decoder = new Utf8StreamDecoder();
        Assert.That(decoder.Decode([0xE2, 0x82]).ToString(), Is.Empty);
        Assert.That(decoder.Flush().ToString(), Is.EqualTo("\uFFFD"));
        Assert.That(decoder.Flush().ToString(), Is.Empty);
    }

    private static void AssertEverySplit(byte[] bytes, string expected)
    {
        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second++)
            {
                var decoder = new Utf8StreamDecoder();
                var text = decoder.Decode(bytes.AsSpan(0, first)).ToString()
                    + decoder.Decode(bytes.AsSpan(first..second)).ToString()
                    + decoder.Decode(bytes.AsSpan(second)).ToString()
                    + decoder.Flush().ToString();
                Assert.That(text, Is.EqualTo(expected), $"cut at {first} and {second}");
            }
        }
    }
}
