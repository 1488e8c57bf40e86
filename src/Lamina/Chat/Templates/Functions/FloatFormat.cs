using System.Globalization;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Floats in the forms that formats name: e, f, g, and the one that has no name.</summary>
internal static class FloatFormat
{
    /// <summary>A float that is not negative.</summary>
    /// <param name="value">The float.</param>
    /// <param name="type">The form: e, E, f, F, g, G; anything else for the one without a name.</param>
    /// <param name="precision">The digits, or null where none are asked for.</param>
    /// <param name="isAlternate">Whether there is always a point.</param>
    /// <exception cref="TemplateFault">The digits are far too many.</exception>
    public static string Write(double value, char type, int? precision, bool isAlternate)
    {
        if (precision > FloatDigits.MostDigits)
        {
            throw new TemplateFault("precision too big");
        }

        var digits = precision ?? 6;
        var text = !double.IsFinite(value) ? Printer.Number(value) : type switch
        {
            'e' or 'E' => Scientific(FloatDigits.Significant(value, digits + 1), isAlternate),
            'f' or 'F' => FloatDigits.Fixed(value, digits) + (digits == 0 && isAlternate ? "." : ""),
            'g' or 'G' => General(value, Math.Max(digits, 1), isAlternate, hasPoint: false),
            _ when precision is null => Printer.Number(value),
            _ => General(value, Math.Max(digits, 1), isAlternate, hasPoint: true),
        };
        return char.IsAsciiLetterUpper(type) ? text.ToUpperInvariant() : text;
    }

    /// <summary>The shorter of both forms, without the zeros at its end.</summary>
    private static string General(double value, int count, bool isAlternate, bool hasPoint)
    {
        var (digits, exponent) = FloatDigits.Significant(value, count);
        if (!isAlternate)
        {
            digits = digits.TrimEnd('0') is { Length: > 0 } trimmed ? trimmed : "0";
        }

        if (exponent < -4 || exponent >= (hasPoint ? count - 1 : count))
        {
            return Scientific((digits, exponent), isAlternate);
        }

        if (exponent < 0)
        {
            return $"0.{new string('0', -exponent - 1)}{digits}";
        }

        var whole = digits.PadRight(exponent + 1, '0')[..(exponent + 1)];
        var rest = digits.Length > exponent + 1 ? digits[(exponent + 1)..] : "";
        return rest.Length > 0 ? $"{whole}.{rest}" : hasPoint ? whole + ".0" : isAlternate ? whole + "." : whole;
    }

    private static string Scientific((string Digits, int Exponent) number, bool isAlternate)
    {
        var (digits, exponent) = number;
        var mantissa = digits.Length > 1 ? $"{digits[0]}.{digits[1..]}" : isAlternate ? digits + "." : digits;
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }
}
