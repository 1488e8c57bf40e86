using System.Globalization;
using System.Text;
using Lamina.Constraints.Patterns;

namespace Lamina.Constraints.Grammars;

/// <summary>Reads grammars in llama.cpp's form, GBNF.</summary>
internal sealed class GrammarReader
{
    private const int DepthLimit = 200;
    private const int RepeatLimit = 2_000;
    private const int SymbolLimit = 200_000;

    /// <summary>No character of a text in UTF-8 is one of these.</summary>
    private static readonly CodePointSet Characters = CodePointSet.Of(0xD800, 0xDFFF).Complement();

    private readonly string _text;
    private readonly List<GrammarRule> _rules = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private int _at;
    private int _depth;
    private long _symbols;

    private GrammarReader(string text) => _text = text;

    private bool IsAtEnd => _at == _text.Length;

    private char Current => IsAtEnd ? '\0' : _text[_at];

    /// <summary>Reads a grammar.</summary>
    /// <param name="text">The grammar.</param>
    /// <param name="root">The rule that a text is to be.</param>
    /// <exception cref="GrammarException">It cannot be used.</exception>
    public static Grammar Read(string text, string root)
    {
        var reader = new GrammarReader(text);
        for (reader.SkipSpace(overLines: true); !reader.IsAtEnd; reader.SkipSpace(overLines: true))
        {
            reader.ReadRule();
        }

        if (reader._rules.Find(rule => !rule.IsDefined) is { } undefined)
        {
            throw reader.Fault($"the rule '{undefined.Name}' is nowhere defined", undefined.At);
        }

        if (!reader._numbers.TryGetValue(root, out var number))
        {
            throw reader.Fault($"there is no rule '{root}', which the text is to be; there are "
                + (reader._numbers.Count == 0 ? "none at all" : string.Join(", ", reader._numbers.Keys)), reader._at);
        }

        var rules = new GrammarRules(reader._rules);
        return rules.LeftRecursive() is { } recursive
                ? throw reader.Fault($"the rule '{recursive.Name}' is left-recursive: it begins with itself; put what is repeated first, "
                    + "or use '*'", recursive.At)
            : rules.Productive(number) is { } alternatives ? new(alternatives, number)
            : throw reader.Fault($"no text is '{root}': it never comes to an end", reader._rules[number].At);
    }

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c == '-';

    private void ReadRule()
    {
        var start = _at;
        var number = TakeName();
        var rule = _rules[number];
        SkipSpace(overLines: false);
        if (!Take("::="))
        {
            throw Fault($"'::=' is missing after the rule's name '{rule.Name}'");
        }

        if (rule.IsDefined)
        {
            throw Fault($"the rule '{rule.Name}' is defined for the second time", start);
        }

        rule.IsDefined = true;
        SkipSpace(overLines: true);
        ReadAlternatives(rule, isNested: false);
        if (!IsAtEnd && Current is not ('\r' or '\n'))
        {
            throw Fault(Current == ')' ? "there is a ')' without a '('" : $"'{Current}' cannot stand here; a line ends the rule");
        }
    }

    private int TakeName()
    {
        var start = _at;
        while (IsOfName(Current))
        {
            _at++;
        }

        if (_at == start)
        {
            throw Fault(IsAtEnd ? "a rule's name is missing" : $"'{Current}' cannot stand here; a rule's name is of letters, digits and '-'");
        }

        var name = _text[start.._at];
        if (!_numbers.TryGetValue(name, out var number))
        {
            _numbers.Add(name, number = _rules.Count);
            _rules.Add(new(name, start));
        }

        return number;
    }

    private void ReadAlternatives(GrammarRule rule, bool isNested)
    {
        do
        {
            SkipSpace(overLines: true);
            rule.Alternatives.Add([.. ReadSequence(rule, isNested)]);
        }
        while (Take("|"));
    }

    private List<GrammarSymbol> ReadSequence(GrammarRule rule, bool isNested)
    {
        var symbols = new List<GrammarSymbol>();
        while (true)
        {
            var item = ReadItem(rule);
            if (item is null)
            {
                return symbols;
            }

            SkipSpace(isNested);
            while (TryTakeTimes(isNested) is (var least, var most))
            {
                item = Repeat(rule, item, least, most);
                SkipSpace(isNested);
            }

            Count(item.Length);
            symbols.AddRange(item);
        }
    }

    /// <summary>What can be repeated: a text, a class, a rule, a group; null where there is no more of them.</summary>
    private GrammarSymbol[]? ReadItem(GrammarRule rule)
    {
        switch (Current)
        {
            case '"':
                return ReadText();
            case '[':
                return [Set(ReadClass())];
            case '.':
                _at++;
                return [Set(CodePointSet.All)];
            case '(':
                return [ReadGroup(rule)];
            case '*' or '+' or '?' or '{':
                throw Fault($"'{Current}' repeats nothing");
            case '<' or '!':
                throw Fault("a token cannot be named, since a grammar is of text; write the token's text in quotes");
            default:
                return IsOfName(Current) ? [GrammarSymbol.Of(TakeName())] : null;
        }
    }

    private GrammarSymbol[] ReadText()
    {
        var start = _at++;
        var symbols = new List<GrammarSymbol>();
        while (!Take("\""))
        {
            symbols.Add(Set(CodePointSet.Of(TakeCharacter(start, "a '\"' is missing that ends the text"))));
        }

        return [.. symbols];
    }

    private CodePointSet ReadClass()
    {
        const string unended = "a ']' is missing that ends the class";
        var start = _at++;
        var isNegative = Take("^");
        var ranges = new List<(int First, int Last)>();
        while (!Take("]"))
        {
            var first = TakeCharacter(start, unended);
            var isRange = Current == '-' && _at + 1 < _text.Length && _text[_at + 1] != ']';
            _at += isRange ? 1 : 0;
            var last = isRange ? TakeCharacter(start, unended) : first;
            ranges.Add(last >= first ? (first, last) : throw Fault("a range's first character comes after its last", start));
        }

        var set = CodePointSet.Union(ranges);
        return isNegative ? set.Complement() : set;
    }

    private GrammarSymbol ReadGroup(GrammarRule rule)
    {
        var start = _at++;
        if (++_depth > DepthLimit)
        {
            throw Fault($"groups are nested more than {DepthLimit} deep", start);
        }

        var (group, number) = Add(rule);
        ReadAlternatives(group, isNested: true);
        _depth--;
        return Take(")") ? GrammarSymbol.Of(number) : throw Fault("a ')' is missing that ends the group", start);
    }

    /// <summary>Takes "*", "+", "?", "{n}", "{n,}" or "{n,m}".</summary>
    private (int Least, int? Most)? TryTakeTimes(bool isNested)
    {
        if (Current is '*' or '+' or '?')
        {
            var sign = _text[_at++];
            return (sign == '+' ? 1 : 0, sign == '?' ? 1 : null);
        }

        var start = _at;
        if (!Take("{"))
        {
            return null;
        }

        SkipSpace(isNested);
        var least = TakeNumber();
        var most = (int?)least;
        SkipSpace(isNested);
        if (Take(","))
        {
            SkipSpace(isNested);
            most = char.IsAsciiDigit(Current) ? TakeNumber() : null;
            SkipSpace(isNested);
        }

        return !Take("}") ? throw Fault("a '}' is missing after the counts of a repetition")
            : most < least || Math.Max(least, most ?? 0) > RepeatLimit
                ? throw Fault($"the counts of a repetition must ascend and be {RepeatLimit} at most", start)
            : (least, most);
    }

    private int TakeNumber()
    {
        var start = _at;
        while (char.IsAsciiDigit(Current))
        {
            _at++;
        }

        return _at == start ? throw Fault("a count is missing")
            : int.TryParse(_text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : int.MaxValue;
    }

    /// <summary>An item so many times, and then, each within the one before, again or not.</summary>
    private GrammarSymbol[] Repeat(GrammarRule rule, GrammarSymbol[] item, int least, int? most)
    {
        Count((long)item.Length * Math.Max(least, most ?? 0));
        GrammarSymbol[] result = [];
        if (most is null)
        {
            var number = _rules.Count;
            var loop = new GrammarRule(rule.Name, rule.At) { IsDefined = true, IsLoop = true };
            _rules.Add(loop);
            result = [GrammarSymbol.Of(number)];
            loop.Alternatives.AddRange([.. item, .. result], []);
        }

        for (var optional = least; optional < most; optional++)
        {
            var (again, number) = Add(rule);
            again.Alternatives.AddRange([.. item, .. result], []);
            result = [GrammarSymbol.Of(number)];
        }

        return [.. Enumerable.Repeat(item, least).SelectMany(symbols => symbols), .. result];
    }

    private (GrammarRule Rule, int Number) Add(GrammarRule within)
    {
        var rule = new GrammarRule(within.Name, within.At) { IsDefined = true };
        _rules.Add(rule);
        return (rule, _rules.Count - 1);
    }

    private void Count(long symbols)
    {
        if ((_symbols += symbols) > SymbolLimit)
        {
            throw Fault($"it has more than {SymbolLimit} symbols, with those that repetitions make");
        }
    }

    private GrammarSymbol Set(CodePointSet set)
    {
        var characters = set.And(Characters);
        return characters.IsEmpty ? throw Fault("no character is in the class or the escape before") : GrammarSymbol.Of(characters);
    }

    private int TakeCharacter(int start, string unended)
    {
        if (IsAtEnd)
        {
            throw Fault(unended, start);
        }

        if (Current == '\\')
        {
            return TakeEscape();
        }

        _ = Rune.DecodeFromUtf16(_text.AsSpan(_at), out var rune, out var length);
        _at += length;
        return rune.Value;
    }

    private int TakeEscape()
    {
        var start = _at++;
        var escape = Current;
        _at += IsAtEnd ? 0 : 1;
        var digits = escape switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits == 0)
        {
            return escape switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '\\' or '"' or '[' or ']' or '-' => escape,
                _ => throw Fault("the escape is not known; there are \\n \\r \\t \\\\ \\\" \\[ \\] \\- \\xHH \\uHHHH \\UHHHHHHHH", start),
            };
        }

        var end = Math.Min(_at + digits, _text.Length);
        var isNumber = int.TryParse(_text.AsSpan(_at, end - _at), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value);
        if (!isNumber || end - _at < digits || value is < 0 or > CodePointSet.Last)
        {
            throw Fault($"\\{escape} takes {digits} hexadecimal digits of a code point", start);
        }

        _at = end;
        return value;
    }

    private void SkipSpace(bool overLines)
    {
        while (Current is ' ' or '\t' or '#' || (overLines && Current is '\r' or '\n'))
        {
            var isComment = Current == '#';
            _at++;
            while (isComment && !IsAtEnd && Current is not ('\r' or '\n'))
            {
                _at++;
            }
        }
    }

    private bool Take(string text)
    {
        var isThere = string.CompareOrdinal(_text, _at, text, 0, text.Length) == 0;
        _at += isThere ? text.Length : 0;
        return isThere;
    }

    private GrammarException Fault(string what, int? at = null)
    {
        var before = _text.AsSpan(0, at ?? _at);
        return new(before.Count('\n') + 1, before.Length - (before.LastIndexOf('\n') + 1) + 1, what + ".");
    }
}
