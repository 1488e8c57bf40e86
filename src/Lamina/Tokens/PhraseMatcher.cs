using System.Text;

namespace Lamina.Tokens;

/// <summary>
/// Finds phrases in the bytes of a text, as they come. Bytes, since a token may hold a part of a character, and since a
/// character's bytes are never found within another's in UTF-8.
/// </summary>
internal sealed class PhraseMatcher
{
    private readonly byte[][] _phrases;
    private readonly int[][] _borders;
    private readonly int[] _matched;

    /// <summary>Creates a matcher.</summary>
    /// <param name="phrases">The phrases; none of them empty.</param>
    public PhraseMatcher(IEnumerable<string> phrases)
    {
        _phrases = [.. phrases.Select(Encoding.UTF8.GetBytes)];
        _borders = [.. _phrases.Select(phrase => Borders.Of<byte>(phrase))];
        _matched = new int[_phrases.Length];
    }

    private PhraseMatcher(PhraseMatcher origin)
    {
        _phrases = origin._phrases;
        _borders = origin._borders;
        _matched = [.. origin._matched];
    }

    /// <summary>How many of the last bytes may be the beginning of a phrase.</summary>
    public int Begun => _matched.Max();

    /// <summary>Reads a byte.</summary>
    /// <returns>The length of the longest phrase that it completes, or 0.</returns>
    public int Append(byte value)
    {
        var longest = 0;
        for (var i = 0; i < _phrases.Length; i++)
        {
            var phrase = _phrases[i];
            var matched = _matched[i];
            while (matched > 0 && phrase[matched] != value)
            {
                matched = _borders[i][matched - 1];
            }

            matched += phrase[matched] == value ? 1 : 0;
            if (matched == phrase.Length)
            {
                longest = Math.Max(longest, matched);
                matched = _borders[i][matched - 1];
            }

            _matched[i] = matched;
        }

        return longest;
    }

    /// <summary>Reads bytes that complete no phrase.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            Append(value);
        }
    }

    /// <summary>Goes to where another matcher of the same phrases is.</summary>
    public void CopyFrom(PhraseMatcher other) => other._matched.CopyTo(_matched, 0);

    /// <summary>A matcher that is where this one is, and goes on by itself.</summary>
    public PhraseMatcher Clone() => new(this);
}
