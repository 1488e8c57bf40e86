using System.Globalization;

namespace Lamina.Constraints.Patterns;

/// <summary>Reads regular expressions: those of ECMA-262 with the <c>u</c> flag, or of .NET, as far as they are regular.</summary>
/// <remarks>
/// Supported: alternatives, groups of all kinds, classes and ranges, <c>\d \w \s</c>, <c>\p{…}</c> of general categories,
/// <c>* + ? {n,m}</c> greedy or lazy, anchors, and lookahead outside of groups. Not supported: back references, lookbehind,
/// word boundaries, lookahead within groups, inline options.
/// </remarks>
internal sealed partial class PatternParser
{
    private const int DepthLimit = 200;
    private const int RepeatLimit = 100_000;

    private readonly string _pattern;
    private readonly PatternDialect _dialect;
    private readonly ExpressionFactory _factory;
    private readonly Expression _after;
    private int _at;
    private int _depth;

    private PatternParser(string pattern, PatternDialect dialect, ExpressionFactory factory, Expression after)
    {
        (_pattern, _dialect, _factory, _after) = (pattern, dialect, factory, after);
    }

    private bool IsAtEnd => _at == _pattern.Length;

    /// <summary>An expression for texts between marks that hold a match.</summary>
    /// <exception cref="PatternFault">The pattern is wrong or not supported.</exception>
    public static Expression ParseSearch(string pattern, PatternDialect dialect, ExpressionFactory factory)
    {
        var before = factory.Optional(factory.Sequence(factory.Mark(ExpressionFactory.Beginning), factory.AnyText));
        var after = factory.Optional(factory.Sequence(factory.AnyText, factory.Mark(ExpressionFactory.End)));
        return factory.Sequence(before, new PatternParser(pattern, dialect, factory, after).Parse());
    }

    /// <summary>An expression for texts between marks that match from the first to the last code point.</summary>
    /// <exception cref="PatternFault">The pattern is wrong or not supported.</exception>
    public static Expression ParseWhole(string pattern, PatternDialect dialect, ExpressionFactory factory)
    {
        var before = factory.Optional(factory.Mark(ExpressionFactory.Beginning));
        var after = factory.Optional(factory.Mark(ExpressionFactory.End));
        return factory.Sequence(before, new PatternParser(pattern, dialect, factory, after).Parse());
    }

    private Expression Parse()
    {
        var result = ParseAlternatives(_after);
        return IsAtEnd ? result : throw Fault("has a ')' without a '('");
    }

    /// <param name="after">What follows the pattern where it is not within a group; null within one.</param>
    private Expression ParseAlternatives(Expression? after)
    {
        var alternatives = new List<Expression> { ParseSequence(after) };
        while (Take('|'))
        {
            alternatives.Add(ParseSequence(after));
        }

        return _factory.Any(alternatives);
    }

    private Expression ParseSequence(Expression? after)
    {
        var items = new List<Expression>();
        while (!IsAtEnd && _pattern[_at] is not ('|' or ')'))
        {
            if (TakeLookahead(out var isNegative))
            {
                if (after is null)
                {
                    throw Fault("has a lookahead within a group, which is not supported");
                }

                var ahead = _factory.Sequence(ParseGroup(), _factory.Rest);
                items.Add(_factory.All(isNegative ? _factory.Not(ahead) : ahead, ParseSequence(after)));
                return Join(items);
            }

            items.Add(ParseRepeat(ParseAtom()));
        }

        items.Add(after ?? _factory.Empty);
        return Join(items);
    }

    private Expression Join(List<Expression> items)
    {
        var result = _factory.Empty;
        for (var i = items.Count - 1; i >= 0; i--)
        {
            result = _factory.Sequence(items[i], result);
        }

        return result;
    }

    private Expression ParseAtom()
    {
        var c = _pattern[_at++];
        switch (c)
        {
            case '^':
                return AnchorOnce('^', ExpressionFactory.Beginning);
            case '$':
                return AnchorOnce('$', ExpressionFactory.End);
            case '.':
                return _factory.Set(PatternClasses.LineEnds(_dialect).Complement());
            case '(':
                SkipGroupName();
                return ParseGroup();
            case '[':
                return _factory.Set(ParseClass());
            case '\\':
                return ParseEscape();
            case '*' or '+' or '?':
                throw Fault($"repeats nothing with '{c}'");
            default:
                _at--;
                return _factory.Set(CodePointSet.Of(TakeCodePoint()));
        }
    }

    /// <summary>An anchor, also where it is written several times.</summary>
    private Expression AnchorOnce(char anchor, int mark)
    {
        while (Take(anchor))
        {
        }

        return _factory.Mark(mark);
    }

    private Expression ParseGroup()
    {
        if (++_depth > DepthLimit)
        {
            throw Fault($"nests groups more than {DepthLimit} deep");
        }

        var result = ParseAlternatives(after: null);
        _depth--;
        return Take(')') ? result : throw Fault("has a '(' without a ')'");
    }

    private bool TakeLookahead(out bool isNegative)
    {
        isNegative = Follows("(?!");
        if (!isNegative && !Follows("(?="))
        {
            return false;
        }

        _at += 3;
        return true;
    }

    private void SkipGroupName()
    {
        if (!Take('?'))
        {
            return;
        }

        if (Take(':'))
        {
            return;
        }

        if (Follows("<=") || Follows("<!"))
        {
            throw Fault("has a lookbehind, which is not supported");
        }

        var close = _pattern.IndexOf('>', _at);
        if (Follows("=") || Follows("!") || !Follows("<") || close < 0)
        {
            throw Fault(Follows("=") || Follows("!")
                ? "has a lookahead within a group, which is not supported"
                : "has a group with options, which is not supported");
        }

        _at = close + 1;
    }

    private Expression ParseRepeat(Expression atom)
    {
        while (!IsAtEnd)
        {
            if (TryTakeTimes() is not (var least, var most))
            {
                return atom;
            }

            _ = Take('?'); // lazy or greedy, the same texts match
            if (most < least || Math.Max(least, most ?? 0) > RepeatLimit)
            {
                throw Fault($"repeats {{{least},{most}}}; the limits must ascend and be {RepeatLimit} at most");
            }

            atom = _factory.Repeat(atom, least, most);
        }

        return atom;
    }

    /// <summary>Takes "*", "+", "?", "{n}", "{n,}" or "{n,m}"; any other brace stands for itself.</summary>
    private (int Least, int? Most)? TryTakeTimes()
    {
        var sign = _pattern[_at];
        if (sign is '*' or '+' or '?')
        {
            _at++;
            return (sign == '+' ? 1 : 0, sign == '?' ? 1 : null);
        }

        var close = sign == '{' ? _pattern.IndexOf('}', _at) : -1;
        var parts = close < 0 ? [] : _pattern[(_at + 1)..close].Split(',');
        if (parts.Length is not (1 or 2) || !TryParse(parts[0], out var least))
        {
            return null;
        }

        var most = least;
        var isOpen = parts.Length == 2 && parts[1].Length == 0;
        if (parts.Length == 2 && !isOpen && !TryParse(parts[1], out most))
        {
            return null;
        }

        _at = close + 1;
        return (least, isOpen ? null : most);

        static bool TryParse(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private bool Take(char c)
    {
        var isThere = !IsAtEnd && _pattern[_at] == c;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private bool Follows(string text) => string.CompareOrdinal(_pattern, _at, text, 0, text.Length) == 0;

    private PatternFault Fault(string what) => new($"the pattern {what}, at position {_at}");
}
