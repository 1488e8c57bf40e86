using System.Globalization;
using System.Numerics;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Text with its placeholders filled in, as by <c>'%s' % value</c>.</summary>
internal sealed class PercentFormat
{
    private readonly Text _text;
    private readonly TemplateRun _run;
    private readonly object? _values;
    private readonly bool _isMap;
    private int _at;
    private int _next;

    private PercentFormat(Text text, object? values, TemplateRun run)
    {
        (_text, _values, _run) = (text, values, run);
        _isMap = values is TemplateDictionary or TemplateList { IsTuple: false };
    }

    /// <param name="text">The text.</param>
    /// <param name="values">A tuple of values, a dictionary, or a single value.</param>
    /// <param name="run">The rendering.</param>
    /// <exception cref="TemplateFault">The values do not fit.</exception>
    public static Text Format(Text text, object? values, TemplateRun run) => new PercentFormat(text, values, run).Format();

    private Text Format()
    {
        var value = _text.Value;
        var builder = new TextBuilder();
        while (_at < value.Length)
        {
            var sign = value.IndexOf('%', _at);
            sign = sign < 0 ? value.Length : sign;
            builder.Append(_text.Slice(_at, sign - _at));
            _at = sign + 1;
            if (sign < value.Length)
            {
                builder.Append(_run.Spend(Fill()));
                Sizes.Check(builder.Length);
            }
        }

        var hasAll = _isMap || (_values is TemplateList tuple ? _next >= tuple.Count : _next > 0);
        return hasAll ? builder.ToText(_text.IsMarkup) : throw new TemplateFault("not all arguments converted during string formatting");
    }

    private Text Fill()
    {
        var hasKey = Peek() == '(';
        var keyed = hasKey ? ReadKeyed() : null;
        var isUsed = false;
        var spec = ReadFlags();
        var width = ReadNumber(Next) ?? 0;
        spec = spec with { Width = Math.Abs(width), Align = width < 0 ? '<' : spec.Align };
        if (Peek() == '.')
        {
            _at++;
            spec = spec with { Precision = Math.Max(ReadNumber(Next) ?? 0, 0) };
        }

        while (Peek() is 'h' or 'l' or 'L')
        {
            _at++;
        }

        var type = _at < _text.Value.Length ? _text.Value[_at++] : throw new TemplateFault("incomplete format");
        Sizes.Check(spec.Width);
        Sizes.Check(spec.Precision ?? 0);
        return type == '%' ? "%" : Convert(Next(), spec with { Type = type });

        object? Next()
        {
            if (!hasKey)
            {
                return NextValue();
            }

            var value = isUsed ? throw NotEnough() : keyed;
            isUsed = true;
            return value;
        }
    }

    private Text Convert(object? value, FormatSpec spec)
    {
        switch (spec.Type)
        {
            case 's' or 'r' or 'a':
                var text = spec.Type switch { 's' => Printer.Print(value), 'r' => Printer.Represent(value), _ => AsciiText.Represent(value) };
                text = _text.IsMarkup ? Html.Escape(text) : text;
                return Align(spec.Precision is { } most ? Elements.Part(text, 0, Math.Min(most, text.Value.Length)) : text, spec);
            case 'c':
                return Align(Character(value), spec);
            case 'd' or 'i' or 'u' or 'o' or 'x' or 'X':
                return Integer(value, spec);
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G':
                var number = ValueTypes.IsNumber(value) ? NumberReader.ToFloat(value)
                    : throw (value is Undefined undefined ? undefined.Fail()
                        : new TemplateFault($"must be real number, not {ValueTypes.NameOf(value)}"));
                var digits = FloatFormat.Write(Math.Abs(number), spec.Type, spec.Precision ?? 6, spec.IsAlternate);
                return Lay(double.IsNegative(number) && !double.IsNaN(number), "", digits, spec);
            default:
                throw new TemplateFault(string.Create(
                    CultureInfo.InvariantCulture,
                    $"unsupported format character '{spec.Type}' (0x{(int)spec.Type:x}) at index {_at - 1}"));
        }
    }

    private Text Integer(object? value, FormatSpec spec)
    {
        var isDecimal = spec.Type is 'd' or 'i' or 'u';
        if (!ValueTypes.IsInteger(value) && !(isDecimal && value is double))
        {
            throw value is Undefined undefined ? undefined.Fail() : new TemplateFault(
                $"%{spec.Type} format: {(isDecimal ? "a real number" : "an integer")} is required, not {ValueTypes.NameOf(value)}");
        }

        var number = ValueTypes.ToBigInteger(value is double real ? NumberReader.Truncate(real) : value!);
        var (radix, prefix) = spec.Type switch { 'o' => (8, "0o"), 'x' => (16, "0x"), 'X' => (16, "0X"), _ => (10, "") };
        var digits = ValueFormat.Digits(BigInteger.Abs(number), radix).PadLeft(spec.Precision ?? 0, '0');
        return Lay(number.Sign < 0, spec.IsAlternate ? prefix : "", spec.Type == 'X' ? digits.ToUpperInvariant() : digits, spec);
    }

    private Text Lay(bool isNegative, string prefix, string digits, FormatSpec spec) => NumberLayout.Lay(
        spec with { Align = spec.Align == '\0' && spec.Fill.Value is "0" ? '=' : spec.Align, Fill = spec.Align == '<' ? " " : spec.Fill },
        NumberLayout.Sign(isNegative, spec.Sign) + prefix,
        "",
        digits,
        _run);

    private Text Align(Text text, FormatSpec spec)
    {
        var missing = TextPads.Missing(text, spec.Width);
        return spec.Align == '<' ? TextPads.Pad(text, 0, missing, " ", _run) : TextPads.Pad(text, missing, 0, " ", _run);
    }

    private static Text Character(object? value) =>
        ValueTypes.IsInteger(value) ? ValueFormat.Character(ValueTypes.ToBigInteger(value!))
        : value is Text text && Elements.CodePoints(text.Value) == 1 ? text
        : throw new TemplateFault("%c requires int or char");

    private object? ReadKeyed()
    {
        if (!_isMap)
        {
            throw new TemplateFault("format requires a mapping");
        }

        var start = ++_at;
        for (var open = 1; ; _at++)
        {
            open += Peek() switch { '(' => 1, ')' => -1, '\0' => throw new TemplateFault("incomplete format key"), _ => 0 };
            if (open == 0)
            {
                break;
            }
        }

        var key = _text.Slice(start, _at++ - start).As(markup: false);
        return _values is TemplateDictionary dictionary && dictionary.TryGet(key, out var value) ? value
            : throw new TemplateFault($"KeyError: {Printer.Represent(key).Value}");
    }

    private FormatSpec ReadFlags()
    {
        var spec = new FormatSpec(" ", '\0', '\0', DropsNegativeZero: false, IsAlternate: false, 0, '\0', null, '\0');
        while (true)
        {
            switch (Peek())
            {
                case '-':
                    spec = spec with { Align = '<' };
                    break;
                case '+':
                    spec = spec with { Sign = '+' };
                    break;
                case ' ':
                    spec = spec with { Sign = spec.Sign == '+' ? '+' : ' ' };
                    break;
                case '#':
                    spec = spec with { IsAlternate = true };
                    break;
                case '0':
                    spec = spec with { Fill = "0" };
                    break;
                default:
                    return spec;
            }

            _at++;
        }
    }

    /// <summary>A width or a precision; a star takes it from the values.</summary>
    private int? ReadNumber(Func<object?> next)
    {
        if (Peek() == '*')
        {
            _at++;
            var value = next();
            return ValueTypes.IsInteger(value) ? Math.Max(ValueTypes.ToInt32(value), -int.MaxValue) : throw new TemplateFault("* wants int");
        }

        var start = _at;
        while (char.IsAsciiDigit(Peek()))
        {
            _at++;
        }

        return _at == start ? null
            : int.TryParse(_text.Value.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new TemplateFault("width too big");
    }

    private object? NextValue()
    {
        if (_values is TemplateList { IsTuple: true } tuple)
        {
            return _next < tuple.Count ? tuple.Items[_next++] : throw NotEnough();
        }

        return _next++ == 0 ? _values : throw NotEnough();
    }

    private char Peek() => _at < _text.Value.Length ? _text.Value[_at] : '\0';

    private static TemplateFault NotEnough() => new("not enough arguments for format string");
}
