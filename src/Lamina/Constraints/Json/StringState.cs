using Lamina.Constraints.Patterns;

namespace Lamina.Constraints.Json;

/// <summary>A string is under way: reads UTF-8 and escapes, and hands on code points.</summary>
internal sealed class StringState : JsonState
{
    private static readonly byte[] Characters =
        [.. Enumerable.Range(0x20, 0xE0).Where(value => value != '\\').Select(value => (byte)value)];

    private readonly TextSink _sink;
    private readonly Part _part;
    private readonly Utf8Prefix _prefix;
    private readonly int _value; // the digits so far, as a number
    private readonly int _count; // digits that are still to come
    private readonly int _high;  // the first half of a pair that was escaped

    public StringState(TextSink sink) => _sink = sink;

    private StringState(TextSink sink, Part part, int value = 0, int count = 0, int high = 0)
    {
        (_sink, _part, _value, _count, _high) = (sink, part, value, count, high);
    }

    private StringState(TextSink sink, Utf8Prefix prefix) => (_sink, _part, _prefix) = (sink, Part.Continuation, prefix);

    public override byte[]? Candidates => _part != Part.Character ? null : _sink.Candidates() is { } next ? [(byte)'"', .. next] : Characters;

    private enum Part : byte
    {
        Character,
        Continuation,
        Escape,
        Digits,
        SecondEscape,
        SecondLetter,
    }

    public override JsonState? Accept(byte value, Trail? before, Trail? after) => _part switch
    {
        Part.Character => AcceptCharacter(value, after),
        Part.Continuation => AcceptContinuation(value),
        Part.Escape => AcceptEscape(value),
        Part.Digits => AcceptDigit(value),
        Part.SecondEscape => value == '\\' ? new StringState(_sink, Part.SecondLetter, high: _high) : null,
        _ => value == 'u' ? new StringState(_sink, Part.Digits, count: 4, high: _high) : null,
    };

    private JsonState? AcceptCharacter(byte value, Trail? after)
    {
        switch (value)
        {
            case (byte)'"':
                return _sink.End(after);
            case (byte)'\\':
                return CanEscape() ? new StringState(_sink, Part.Escape) : null;
            case < 0x20:
                return null;
            case < 0x80:
                return Take(value);
            default:
                return Utf8Prefix.Begin(value) is { } prefix ? Begun(prefix) : null;
        }
    }

    private StringState? AcceptContinuation(byte value) =>
        _prefix.Append(value) is not { } prefix ? null : prefix.Remaining == 0 ? Take(prefix.Bits) : Begun(prefix);

    /// <summary>A character of several bytes, if one that begins so can come.</summary>
    private StringState? Begun(Utf8Prefix prefix) =>
        _sink.CanTakeAny(prefix.First, prefix.Last) ? new(_sink, prefix) : null;

    private StringState? AcceptEscape(byte value)
    {
        int codePoint = value switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' => value,
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            (byte)'u' => -1,
            _ => -2,
        };
        return codePoint switch { -1 => new(_sink, Part.Digits, count: 4), -2 => null, _ => Take(codePoint) };
    }

    /// <summary>Whether any character can come that is not a byte; all can be escaped.</summary>
    private bool CanEscape() => _sink.CanTakeAny(0, 0xD7FF) || _sink.CanTakeAny(0xE000, CodePointSet.Last);

    private StringState? AcceptDigit(byte value)
    {
        if (!char.IsAsciiHexDigit((char)value))
        {
            return null;
        }

        var digits = (_value << 4) | Convert.ToInt32(((char)value).ToString(), 16);
        var count = _count - 1;
        var (first, last) = (digits << (4 * count), ((digits + 1) << (4 * count)) - 1);
        if (_high > 0)
        {
            // The second half of a pair.
            if (first > 0xDFFF || last < 0xDC00)
            {
                return null;
            }

            (first, last) = (Pair(Math.Max(first, 0xDC00)), Pair(Math.Min(last, 0xDFFF)));
            return count == 0 ? Take(first) : _sink.CanTakeAny(first, last) ? new(_sink, Part.Digits, digits, count, _high) : null;
        }

        if (count > 0)
        {
            return _sink.CanTakeAny(first, last) || (last >= 0xD800 && first <= 0xDBFF && _sink.CanTakeAny(0x10000, CodePointSet.Last))
                ? new(_sink, Part.Digits, digits, count)
                : null;
        }

        if (digits is >= 0xD800 and <= 0xDBFF)
        {
            var pairs = 0x10000 + ((digits - 0xD800) << 10);
            return _sink.CanTakeAny(pairs, pairs + 0x3FF) ? new(_sink, Part.SecondEscape, high: digits) : null;
        }

        return digits is >= 0xDC00 and <= 0xDFFF ? null : Take(digits);
    }

    private int Pair(int low) => 0x10000 + ((_high - 0xD800) << 10) + (low - 0xDC00);

    private StringState? Take(int codePoint)
    {
        var next = _sink.Next(codePoint);
        return next is null ? null : _part == Part.Character && ReferenceEquals(next, _sink) ? this : new(next);
    }
}
