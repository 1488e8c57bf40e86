using System.Globalization;
using System.Numerics;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Values in a format, as Python's <c>format</c> gives them.</summary>
internal static class ValueFormat
{
    /// <exception cref="TemplateFault">The value has no such format.</exception>
    public static Text Format(object? value, Text spec, TemplateRun run)
    {
        if (spec.Value.Length == 0)
        {
            return Printer.Print(value).As(markup: false);
        }

        return value switch
        {
            Text text => FormatText(text.As(markup: false), FormatSpec.Parse(spec, value), run),
            bool or long or BigInteger => FormatInteger(value, FormatSpec.Parse(spec, value), run),
            double number => FormatFloat(number, FormatSpec.Parse(spec, value), value, run),
            _ => throw new TemplateFault($"unsupported format string passed to {ValueTypes.NameOf(value)}.__format__"),
        };
    }

    /// <summary>The digits of an integer that is not negative.</summary>
    public static string Digits(BigInteger value, int radix)
    {
        if (radix == 10)
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        var digits = new List<char>();
        do
        {
            value = BigInteger.DivRem(value, radix, out var digit);
            digits.Add("0123456789abcdef"[(int)digit]);
        }
        while (!value.IsZero);
        digits.Reverse();
        return string.Concat(digits);
    }

    /// <summary>A character by its number.</summary>
    /// <exception cref="TemplateFault">There is no such.</exception>
    public static string Character(BigInteger value) =>
        value < 0 || value > 0x10FFFF ? throw new TemplateFault("%c arg not in range(0x110000)")
        : value < 0x10000 ? ((char)(int)value).ToString()
        : char.ConvertFromUtf32((int)value);

    private static Text FormatText(Text text, FormatSpec spec, TemplateRun run)
    {
        var fault = spec.Type is not ('\0' or 's') ? UnknownType(spec, text)
            : spec.Sign != '\0' ? "Sign not allowed in string format specifier"
            : spec.DropsNegativeZero ? "Negative zero coercion (z) not allowed in string format specifier"
            : spec.IsAlternate ? "Alternate form (#) not allowed in string format specifier"
            : spec.Align == '=' ? "'=' alignment not allowed in string format specifier"
            : spec.Grouping != '\0' ? $"Cannot specify '{spec.Grouping}' with 's'."
            : null;
        if (fault is not null)
        {
            throw new TemplateFault(fault);
        }

        if (spec.Precision is { } most)
        {
            text = Elements.Part(text, 0, Math.Min(most, text.Value.Length));
        }

        var missing = TextPads.Missing(text, spec.Width);
        var left = spec.Align switch { '>' => missing, '^' => missing / 2, _ => 0 };
        return TextPads.Pad(text, left, missing - left, spec.Fill, run);
    }

    private static Text FormatInteger(object value, FormatSpec spec, TemplateRun run)
    {
        if (spec.Type is 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%')
        {
            return FormatFloat(NumberReader.ToFloat(value), spec, value, run);
        }

        var radix = spec.Type switch { '\0' or 'd' or 'n' or 'c' => 10, 'b' => 2, 'o' => 8, 'x' or 'X' => 16, _ => 0 };
        var isCharacter = spec.Type == 'c';
        var fault = radix == 0 ? UnknownType(spec, value)
            : spec.Precision is not null ? "Precision not allowed in integer format specifier"
            : spec.DropsNegativeZero ? "Negative zero coercion (z) not allowed in format specifier with integer presentation type"
            : isCharacter && spec.Sign != '\0' ? "Sign not allowed with integer format specifier 'c'"
            : isCharacter && spec.IsAlternate ? "Alternate form (#) not allowed with integer format specifier 'c'"
            : null;
        if (fault is not null)
        {
            throw new TemplateFault(fault);
        }

        var number = ValueTypes.ToBigInteger(value);
        if (isCharacter)
        {
            return NumberLayout.Lay(spec, "", "", Character(number), run);
        }

        var digits = Digits(BigInteger.Abs(number), radix);
        var prefix = spec.IsAlternate ? radix switch { 2 => "0b", 8 => "0o", 16 => "0x", _ => "" } : "";
        var isLarge = spec.Type == 'X';
        return NumberLayout.Lay(
            spec,
            NumberLayout.Sign(number.Sign < 0, spec.Sign) + (isLarge ? prefix.ToUpperInvariant() : prefix),
            isLarge ? digits.ToUpperInvariant() : digits,
            "",
            run);
    }

    private static Text FormatFloat(double number, FormatSpec spec, object value, TemplateRun run)
    {
        if (spec.Type is not ('\0' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or 'n' or '%'))
        {
            throw new TemplateFault(UnknownType(spec, value));
        }

        var isPercent = spec.Type == '%';
        var type = isPercent ? 'f' : spec.Type == 'n' ? 'g' : spec.Type;
        run.Spend(spec.Precision ?? 0);
        var text = FloatFormat.Write(Math.Abs(isPercent ? number * 100 : number), type, spec.Precision, spec.IsAlternate);
        var isZero = !text.AsSpan().ContainsAnyInRange('1', '9') && double.IsFinite(number);
        var isNegative = double.IsNegative(number) && !double.IsNaN(number) && !(spec.DropsNegativeZero && isZero);
        var whole = text.AsSpan().IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : text.Length;
        return NumberLayout.Lay(
            spec, NumberLayout.Sign(isNegative, spec.Sign), text[..whole], text[whole..] + (isPercent ? "%" : ""), run);
    }

    private static string UnknownType(FormatSpec spec, object? value) =>
        $"Unknown format code '{spec.Type}' for object of type '{ValueTypes.NameOf(value)}'";
}
