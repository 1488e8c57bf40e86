using System.Text;

namespace Lamina.Tokens;

/// <summary>Decodes UTF-8 that comes in pieces: a character cut by a token's border waits for its other bytes.</summary>
internal sealed class Utf8StreamDecoder
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private char[] _characters = new char[64];

    /// <summary>Decodes a piece.</summary>
    /// <param name="bytes">The piece.</param>
    /// <returns>The characters that are complete now, in a view that holds until the next call.</returns>
    public ReadOnlySpan<char> Decode(ReadOnlySpan<byte> bytes) => Decode(bytes, flush: false);

    /// <summary>Ends the stream: a cut character becomes U+FFFD.</summary>
    /// <returns>What was left, in a view that holds until the next call.</returns>
    public ReadOnlySpan<char> Flush() => Decode([], flush: true);

    private ReadOnlySpan<char> Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var most = Encoding.UTF8.GetMaxCharCount(bytes.Length);
        if (_characters.Length < most)
        {
            _characters = new char[most];
        }

        return _characters.AsSpan(0, _decoder.GetChars(bytes, _characters, flush));
    }
}
