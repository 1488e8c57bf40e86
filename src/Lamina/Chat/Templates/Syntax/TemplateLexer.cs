using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Syntax;

/// <summary>
/// Cuts a template into tokens, with Jinja's rules of white space as transformers sets them: a line break after a statement
/// or a comment goes, and so does the space before one that begins its line.
/// </summary>
internal sealed partial class TemplateLexer
{
    private static readonly string[] Operators =
    [
        "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";",
    ];

    private readonly string _source;
    private readonly List<TemplateToken> _tokens = [];
    private int _at;
    private bool _isLineStart = true;

    private TemplateLexer(string source) => _source = source;

    /// <exception cref="SyntaxFault">It cannot be read.</exception>
    public static List<TemplateToken> Read(string source)
    {
        var lexer = new TemplateLexer(source);
        lexer.Read();
        return lexer._tokens;
    }

    /// <summary>The template as positions count it: with line breaks of one character, and without the last.</summary>
    public static string Normalize(string source)
    {
        var text = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return text.EndsWith('\n') ? text[..^1] : text;
    }

    [GeneratedRegex(@"\G\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RawBegin { get; }

    [GeneratedRegex(@"\{%(?<sign>[-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RawEnd { get; }

    [GeneratedRegex(@"\G(?:0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|(?:[0-9]+_)*[0-9]+(?<real>\.(?:[0-9]+_)*[0-9]+)?(?<power>[eE][-+]?(?:[0-9]+_)*[0-9]+)?)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number { get; }

    [GeneratedRegex(@"\G[0-9]+", RegexOptions.None, 1000)]
    private static partial Regex Digits { get; }

    private void Read()
    {
        while (_at < _source.Length)
        {
            var begin = NextTag();
            var raw = begin < _source.Length ? RawBegin.Match(_source, begin) : Match.Empty;
            var kind = begin < _source.Length ? _source[begin + 1] : '\0';
            AddData(_at, begin, mayStrip: kind is '%' or '#', begin + 2);
            if (begin == _source.Length)
            {
                break;
            }

            if (raw.Success)
            {
                ReadRaw(begin, raw);
            }
            else if (kind == '#')
            {
                SkipComment(begin);
            }
            else
            {
                ReadTag(begin, kind == '%');
            }
        }

        _tokens.Add(new(TokenKind.End, "", _source.Length));
    }

    private int NextTag()
    {
        for (var i = _source.IndexOf('{', _at); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
        {
            if (_source[i + 1] is '{' or '%' or '#')
            {
                return i;
            }
        }

        return _source.Length;
    }

    /// <summary>Adds the text before a tag, without the space that the tag takes away.</summary>
    /// <param name="start">Where the text begins.</param>
    /// <param name="end">Where the tag does.</param>
    /// <param name="mayStrip">Whether the tag takes the space before it, where it begins its line.</param>
    /// <param name="sign">Where the tag's sign may be.</param>
    private void AddData(int start, int end, bool mayStrip, int sign)
    {
        var text = _source.AsSpan(start, end - start);
        var mark = sign < _source.Length && end < _source.Length ? _source[sign] : '\0';
        if (mark == '-')
        {
            text = text.TrimEnd();
        }
        else if (mark != '+' && mayStrip)
        {
            var line = text.LastIndexOf('\n') + 1;
            text = (line > 0 || _isLineStart) && text[line..].IsWhiteSpace() ? text[..line] : text;
        }

        if (text.Length > 0)
        {
            _tokens.Add(new(TokenKind.Data, text.ToString(), start));
        }
    }

    private void ReadRaw(int begin, Match raw)
    {
        var start = begin + raw.Length;
        var end = RawEnd.Match(_source, start);
        if (!end.Success)
        {
            throw new SyntaxFault(begin, "'raw' is without its 'endraw'");
        }

        _isLineStart = _source[start - 1] == '\n';
        AddData(start, end.Index, mayStrip: true, end.Index + 2);
        MoveTo(end.Index + end.Length);
    }

    private void SkipComment(int begin)
    {
        var end = _source.IndexOf("#}", begin + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new SyntaxFault(begin, "'#}' is missing that ends the comment");
        }

        EndTag(end, trimsLine: true);
    }

    private void ReadTag(int begin, bool isStatement)
    {
        _tokens.Add(new(isStatement ? TokenKind.StatementBegin : TokenKind.OutputBegin, isStatement ? "{%" : "{{", begin));
        _at = begin + 2;
        _at += _at < _source.Length && _source[_at] is ('-' or '+') ? 1 : 0;
        var close = isStatement ? "%}" : "}}";
        var open = new Stack<char>();
        while (true)
        {
            while (_at < _source.Length && char.IsWhiteSpace(_source[_at]))
            {
                _at++;
            }

            if (_at == _source.Length)
            {
                throw new SyntaxFault(begin, $"'{close}' is missing");
            }

            var sign = _source[_at] is '-' || (isStatement && _source[_at] == '+') ? 1 : 0;
            if (open.Count == 0 && string.CompareOrdinal(_source, _at + sign, close, 0, 2) == 0)
            {
                _tokens.Add(new(isStatement ? TokenKind.StatementEnd : TokenKind.OutputEnd, close, _at));
                EndTag(_at + sign, isStatement);
                return;
            }

            ReadToken(open);
        }
    }

    /// <summary>Goes past a tag's end, and past the space that it takes.</summary>
    /// <param name="close">Where the end is, after its sign.</param>
    /// <param name="trimsLine">Whether it takes a line break.</param>
    private void EndTag(int close, bool trimsLine)
    {
        var after = close + 2;
        if (_source[close - 1] == '-')
        {
            while (after < _source.Length && char.IsWhiteSpace(_source[after]))
            {
                after++;
            }
        }
        else if (trimsLine && _source[close - 1] != '+' && after < _source.Length && _source[after] == '\n')
        {
            after++;
        }

        MoveTo(after);
    }

    private void MoveTo(int at)
    {
        _at = at;
        _isLineStart = _source[at - 1] == '\n';
    }

    private void ReadToken(Stack<char> open)
    {
        var c = _source[_at];
        if (c is '"' or '\'')
        {
            ReadString(c);
        }
        else if (char.IsAsciiDigit(c))
        {
            ReadNumber();
        }
        else if (char.IsLetter(c) || c == '_')
        {
            var start = _at;
            while (_at < _source.Length && (char.IsLetterOrDigit(_source[_at]) || _source[_at] == '_'))
            {
                _at++;
            }

            _tokens.Add(new(TokenKind.Name, _source[start.._at], start));
        }
        else
        {
            ReadOperator(open);
        }
    }

    private void ReadOperator(Stack<char> open)
    {
        var found = Array.Find(Operators, text => string.CompareOrdinal(_source, _at, text, 0, text.Length) == 0)
            ?? throw new SyntaxFault(_at, $"'{_source[_at]}' cannot stand here");
        if (found is "(" or "[" or "{")
        {
            open.Push(found switch { "(" => ')', "[" => ']', _ => '}' });
        }
        else if (found is ")" or "]" or "}" && (!open.TryPop(out var expected) || expected != found[0]))
        {
            throw new SyntaxFault(_at, expected == '\0' ? $"'{found}' closes nothing" : $"'{found}' stands where '{expected}' is expected");
        }

        _tokens.Add(new(TokenKind.Operator, found, _at));
        _at += found.Length;
    }

    private void ReadNumber()
    {
        // Behind a point it is a place in a list: x.0.1 has two of them.
        var match = (_tokens[^1].Is(TokenKind.Operator, ".") ? Digits : Number).Match(_source, _at);
        var digits = match.Value.Replace("_", "", StringComparison.Ordinal);
        if (digits is ['0', >= '0' and <= '9', ..] && digits.AsSpan().ContainsAnyExcept('0') && digits.All(char.IsAsciiDigit))
        {
            throw new SyntaxFault(_at, $"'{match.Value}' is no number: it begins with 0");
        }

        var isReal = match.Groups["real"].Success || match.Groups["power"].Success;
        object number = isReal
            ? double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture)
            : ValueTypes.Integer(digits switch
            {
                ['0', 'x' or 'X', .. var hexadecimal] => BigInteger.Parse("0" + hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                ['0', 'b' or 'B', .. var binary] => BigInteger.Parse("0" + binary, NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture),
                ['0', 'o' or 'O', .. var octal] => octal.Aggregate(BigInteger.Zero, (sum, digit) => (sum * 8) + (digit - '0')),
                _ => BigInteger.Parse(digits, CultureInfo.InvariantCulture),
            });
        _tokens.Add(new(TokenKind.Number, match.Value, _at, number));
        _at += match.Length;
    }

    private void ReadString(char quote)
    {
        var start = _at++;
        var text = new StringBuilder();
        while (_at < _source.Length && _source[_at] != quote)
        {
            if (_source[_at] == '\\' && _at + 1 < _source.Length)
            {
                ReadEscape(text);
            }
            else
            {
                text.Append(_source[_at++]);
            }
        }

        if (_at++ >= _source.Length)
        {
            throw new SyntaxFault(start, $"{quote} is missing that ends the string");
        }

        _tokens.Add(new(TokenKind.String, text.ToString(), start));
    }

    private void ReadEscape(StringBuilder text)
    {
        var start = _at++;
        var c = _source[_at++];
        var hexadecimal = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (hexadecimal > 0)
        {
            var end = Math.Min(_at + hexadecimal, _source.Length);
            if (end - _at < hexadecimal || !int.TryParse(
                _source.AsSpan(_at, hexadecimal), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value is < 0 or > 0x10FFFF)
            {
                throw new SyntaxFault(start, $"\\{c} takes {hexadecimal} hexadecimal digits of a code point");
            }

            text.Append(value is >= 0xD800 and <= 0xDFFF ? ((char)value).ToString() : char.ConvertFromUtf32(value));
            _at = end;
            return;
        }

        if (c is >= '0' and <= '7')
        {
            var value = c - '0';
            for (var digits = 1; digits < 3 && _at < _source.Length && _source[_at] is >= '0' and <= '7'; digits++)
            {
                value = (value * 8) + (_source[_at++] - '0');
            }

            text.Append((char)value);
            return;
        }

        text.Append(c switch
        {
            'n' => "\n", 't' => "\t", 'r' => "\r", 'a' => "\a", 'b' => "\b", 'f' => "\f", 'v' => "\v",
            '\n' => "",
            '\\' or '\'' or '"' => c.ToString(),
            _ => "\\" + c, // as Python has it
        });
    }
}
