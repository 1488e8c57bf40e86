using System.Globalization;

namespace Lamina.Constraints.Patterns;

/// <content>Escapes and classes: whatever stands for one code point.</content>
internal sealed partial class PatternParser
{
    private Expression ParseEscape()
    {
        if (IsAtEnd)
        {
            throw Fault("ends with a '\\'");
        }

        var c = _pattern[_at];
        if (c is 'b' or 'B' or 'A' or 'Z' or 'z' or 'G')
        {
            throw Fault($"has \\{c}, which is not supported");
        }

        if (c is 'k' or (>= '1' and <= '9'))
        {
            throw Fault("has a back reference, which is not supported");
        }

        return _factory.Set(ParseEscapedSet());
    }

    /// <summary>What follows a backslash, in a class or outside.</summary>
    private CodePointSet ParseEscapedSet()
    {
        var c = _pattern[_at++];
        switch (c)
        {
            case 'd' or 'D':
                return Maybe(PatternClasses.Digits(_dialect), c == 'D');
            case 'w' or 'W':
                return Maybe(PatternClasses.WordCharacters(_dialect), c == 'W');
            case 's' or 'S':
                return Maybe(PatternClasses.Spaces(_dialect), c == 'S');
            case 'p' or 'P':
                return Maybe(ParseProperty(), c == 'P');
            case 't': return CodePointSet.Of('\t');
            case 'n': return CodePointSet.Of('\n');
            case 'r': return CodePointSet.Of('\r');
            case 'f': return CodePointSet.Of('\f');
            case 'v': return CodePointSet.Of('\v');
            case '0': return CodePointSet.Of(0);
            case 'a' when _dialect == PatternDialect.DotNet: return CodePointSet.Of('\a');
            case 'e' when _dialect == PatternDialect.DotNet: return CodePointSet.Of('\u001B');
            case 'c' when !IsAtEnd && char.IsAsciiLetter(_pattern[_at]): return CodePointSet.Of(_pattern[_at++] & 0x1F);
            case 'x': return CodePointSet.Of(TakeHex(2));
            case 'u': return CodePointSet.Of(TakeUnicode());
            default:
                if (char.IsAsciiLetterOrDigit(c))
                {
                    throw Fault($"has \\{c}, which means nothing");
                }

                _at--;
                return CodePointSet.Of(TakeCodePoint());
        }

        static CodePointSet Maybe(CodePointSet set, bool isComplement) => isComplement ? set.Complement() : set;
    }

    private CodePointSet ParseProperty()
    {
        var close = _pattern.IndexOf('}', _at);
        if (!Follows("{") || close < 0)
        {
            throw Fault("has \\p without a name in braces");
        }

        var name = _pattern[(_at + 1)..close];
        _at = close + 1;
        return PatternClasses.Property(name) ?? throw Fault($"has \\p{{{name}}}; only general categories are supported, such as \\p{{L}}");
    }

    private int TakeUnicode()
    {
        if (Take('{'))
        {
            var close = _pattern.IndexOf('}', _at);
            if (close < 0 || !int.TryParse(_pattern[_at..close], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value)
                || value > CodePointSet.Last)
            {
                throw Fault("has \\u{ without a code point and a '}'");
            }

            _at = close + 1;
            return value;
        }

        var first = TakeHex(4);
        if (char.IsHighSurrogate((char)first) && Follows("\\u"))
        {
            var back = _at;
            _at += 2;
            var second = TakeHex(4);
            if (char.IsLowSurrogate((char)second))
            {
                return char.ConvertToUtf32((char)first, (char)second);
            }

            _at = back;
        }

        return first;
    }

    private int TakeHex(int digits)
    {
        if (_at + digits > _pattern.Length
            || !int.TryParse(_pattern.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            throw Fault($"has an escape without {digits} hexadecimal digits");
        }

        _at += digits;
        return value;
    }

    /// <summary>Reads a class behind its '['.</summary>
    private CodePointSet ParseClass()
    {
        var isComplement = Take('^');
        var ranges = new List<(int, int)>();
        var isFirst = true;
        while (!IsAtEnd && (_pattern[_at] != ']' || (isFirst && _dialect == PatternDialect.DotNet)))
        {
            isFirst = false;
            var first = ParseClassMember();
            if (Follows("-") && _at + 1 < _pattern.Length && _pattern[_at + 1] != ']' && IsSingle(first))
            {
                _at++;
                if (_dialect == PatternDialect.DotNet && Follows("["))
                {
                    throw Fault("subtracts classes, which is not supported");
                }

                var last = ParseClassMember();
                if (!IsSingle(last))
                {
                    throw Fault("has a range that ends with a class");
                }

                if (Code(first) > Code(last))
                {
                    throw Fault("has a range whose ends do not ascend");
                }

                ranges.Add((Code(first), Code(last)));
            }
            else
            {
                ranges.AddRange(first.Ranges);
            }
        }

        if (!Take(']'))
        {
            throw Fault("has a '[' without a ']'");
        }

        var set = CodePointSet.Union(ranges);
        return isComplement ? set.Complement() : set;

        static bool IsSingle(CodePointSet set) => set.Ranges.Count() == 1 && set.Ranges.First() is var (first, last) && first == last;
        static int Code(CodePointSet set) => set.Ranges.First().First;
    }

    private CodePointSet ParseClassMember()
    {
        if (!Take('\\'))
        {
            return CodePointSet.Of(TakeCodePoint());
        }

        if (IsAtEnd)
        {
            throw Fault("ends with a '\\'");
        }

        return Take('b') ? CodePointSet.Of('\b') : Take('-') ? CodePointSet.Of('-') : ParseEscapedSet();
    }

    private int TakeCodePoint()
    {
        var codePoint = CodePoints.Of(_pattern[_at..Math.Min(_at + 2, _pattern.Length)]).First();
        _at += codePoint > char.MaxValue ? 2 : 1;
        return codePoint;
    }
}
