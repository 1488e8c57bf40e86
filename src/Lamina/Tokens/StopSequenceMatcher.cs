using System.Collections.Immutable;

namespace Lamina.Tokens;

/// <summary>
/// Finds the first of several stop sequences in text that comes in pieces (Knuth, Morris and Pratt, for each
/// sequence). Text that may be the beginning of one is held back until it is not.
/// </summary>
internal sealed class StopSequenceMatcher
{
    private readonly string[] _stops;
    private readonly int[][] _borders;
    private readonly int[] _matched;
    private char[] _held = new char[64];
    private int _heldCount;

    /// <summary>Creates a matcher.</summary>
    /// <param name="stops">The sequences; none of them empty.</param>
    public StopSequenceMatcher(ImmutableArray<string> stops)
    {
        _stops = [.. stops];
        _borders = [.. _stops.Select(stop => Borders.Of<char>(stop))];
        _matched = new int[_stops.Length];
    }

    /// <summary>Reads a piece.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="stopped">Whether a stop sequence is complete.</param>
    /// <returns>The text that is sure not to belong to a stop sequence.</returns>
    public string Append(ReadOnlySpan<char> text, out bool stopped)
    {
        stopped = false;
        if (_stops.Length == 0)
        {
            return text.IsEmpty ? "" : new(text);
        }

        EnsureRoom(text.Length);
        foreach (var character in text)
        {
            _held[_heldCount++] = character;
            var stopLength = Advance(character);
            if (stopLength > 0)
            {
                stopped = true;
                return Release(_heldCount - stopLength, drop: stopLength);
            }
        }

        return Release(_heldCount - _matched.Max(), drop: 0);
    }

    /// <summary>Ends the text.</summary>
    /// <returns>What was held back.</returns>
    public string Flush() => Release(_heldCount, drop: 0);

    /// <summary>Moves every sequence on by a character.</summary>
    /// <returns>The length of the longest sequence that it completed, or 0.</returns>
    private int Advance(char character)
    {
        var longest = 0;
        for (var i = 0; i < _stops.Length; i++)
        {
            var stop = _stops[i];
            var matched = _matched[i];
            while (matched > 0 && stop[matched] != character)
            {
                matched = _borders[i][matched - 1];
            }

            matched += stop[matched] == character ? 1 : 0;
            if (matched == stop.Length)
            {
                longest = Math.Max(longest, matched);
                matched = 0;
            }

            _matched[i] = matched;
        }

        return longest;
    }

    private string Release(int count, int drop)
    {
        var text = count == 0 ? "" : new string(_held, 0, count);
        var rest = _held.AsSpan((count + drop).._heldCount);
        rest.CopyTo(_held);
        _heldCount = rest.Length;
        return text;
    }

    private void EnsureRoom(int more)
    {
        if (_heldCount + more > _held.Length)
        {
            Array.Resize(ref _held, Math.Max(_heldCount + more, 2 * _held.Length));
        }
    }
}
