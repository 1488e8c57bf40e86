using System.Globalization;
using System.Numerics;
using System.Text;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Reads numbers as Python's <c>int</c> and <c>float</c> do.</summary>
internal static class NumberReader
{
    private const int MostDigits = 4300;

    /// <summary>Reads an integer in a base from 2 to 36; 0 is for the base that a prefix names.</summary>
    public static bool TryInteger(string text, int radix, out BigInteger value)
    {
        value = BigInteger.Zero;
        if (radix is not 0 and (< 2 or > 36))
        {
            return false;
        }

        var digits = Trim(text);
        var isNegative = digits is ['-', ..];
        digits = digits is ['-' or '+', ..] ? digits[1..] : digits;
        var named = digits is ['0', var letter, ..] ? char.ToLowerInvariant(letter) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 } : 0;
        if (named > 0 && (radix == 0 || radix == named))
        {
            radix = named;
            digits = digits[2..];
            digits = digits is ['_', ..] ? digits[1..] : digits;
        }
        else if (radix == 0)
        {
            radix = 10;
            if (digits is ['0', ..] && digits.ContainsAnyExcept('0', '_'))
            {
                return false;
            }
        }

        if (digits.Length is 0 or > MostDigits || !AreJoined(digits))
        {
            return false;
        }

        foreach (var character in digits)
        {
            var digit = DigitOf(character);
            if (character == '_')
            {
                continue;
            }

            if (digit < 0 || digit >= radix)
            {
                return false;
            }

            value = (value * radix) + digit;
        }

        value = isNegative ? -value : value;
        return true;
    }

    /// <summary>Reads a float, <c>inf</c> and <c>nan</c> among them.</summary>
    public static bool TryFloat(string text, out double value)
    {
        var digits = Trim(text);
        var isNegative = digits is ['-', ..];
        var unsigned = digits is ['-' or '+', ..] ? digits[1..] : digits;
        if (unsigned.Equals("inf", StringComparison.OrdinalIgnoreCase) || unsigned.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            value = isNegative ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        if (unsigned.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            value = double.NaN;
            return true;
        }

        value = 0;
        var plain = new StringBuilder(digits.Length);
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = CharUnicodeInfo.GetDecimalDigitValue(digits[i]);
            if (digit >= 0)
            {
                plain.Append((char)('0' + digit));
            }
            else if (digits[i] is '+' or '-' or '.' or 'e' or 'E')
            {
                plain.Append(digits[i]);
            }
            else if (digits[i] != '_' || !IsBetweenDigits(digits, i))
            {
                return false;
            }
        }

        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(plain.ToString(), Styles, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>A number as a float.</summary>
    /// <exception cref="TemplateFault">It is none, nor a text that is one.</exception>
    public static double ToFloat(object? value)
    {
        if (value is Text text)
        {
            return TryFloat(text.Value, out var number) ? number
                : throw new TemplateFault($"could not convert string to float: {Printer.Represent(text).Value}");
        }

        if (ValueTypes.IsNumber(value))
        {
            var number = ValueTypes.ToDouble(value!);
            return value is not double && double.IsInfinity(number) ? throw new TemplateFault("int too large to convert to float") : number;
        }

        throw value is Undefined undefined ? undefined.Fail()
            : new TemplateFault($"float() argument must be a string or a real number, not '{ValueTypes.NameOf(value)}'");
    }

    /// <summary>A float without what comes after its point.</summary>
    /// <exception cref="TemplateFault">It is not finite.</exception>
    public static object Truncate(double value) => double.IsFinite(value)
        ? ValueTypes.Integer(new BigInteger(Math.Truncate(value)))
        : throw new TemplateFault($"cannot convert float {(double.IsNaN(value) ? "NaN" : "infinity")} to integer");

    private static ReadOnlySpan<char> Trim(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && CharacterKinds.IsSpace(text[start]))
        {
            start++;
        }

        while (start < end && CharacterKinds.IsSpace(text[end - 1]))
        {
            end--;
        }

        return text.AsSpan(start, end - start);
    }

    /// <summary>Whether underscores stand between digits only.</summary>
    private static bool AreJoined(ReadOnlySpan<char> digits) =>
        digits[0] != '_' && digits[^1] != '_' && !digits.Contains("__", StringComparison.Ordinal);

    private static bool IsBetweenDigits(ReadOnlySpan<char> digits, int at) => at > 0 && at + 1 < digits.Length
        && CharUnicodeInfo.GetDecimalDigitValue(digits[at - 1]) >= 0 && CharUnicodeInfo.GetDecimalDigitValue(digits[at + 1]) >= 0;

    private static int DigitOf(char character) =>
        char.IsAsciiLetter(character) ? char.ToLowerInvariant(character) - 'a' + 10 : CharUnicodeInfo.GetDecimalDigitValue(character);
}
