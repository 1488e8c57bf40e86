using System.Globalization;
using System.Numerics;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>
/// The decimal digits of floats, rounded from their exact values, halves to even, as Python does and .NET's own formatting
/// does not. The values are finite and not negative.
/// </summary>
internal static class FloatDigits
{
    /// <summary>The most digits after the point that are worth asking for.</summary>
    public const int MostDigits = 10_000;

    /// <summary>So many digits after the point.</summary>
    public static string Fixed(double value, int precision)
    {
        var digits = Scale(value, precision).ToString(CultureInfo.InvariantCulture).PadLeft(precision + 1, '0');
        return precision == 0 ? digits : $"{digits[..^precision]}.{digits[^precision..]}";
    }

    /// <summary>So many digits in all, and the power of ten of the first.</summary>
    public static (string Digits, int Exponent) Significant(double value, int count)
    {
        if (value == 0)
        {
            return (new string('0', count), 0);
        }

        // From one too low upwards: from above, rounding could look like the digit that is missing.
        for (var exponent = (int)Math.Floor(Math.Log10(value)) - 1; ; exponent++)
        {
            var digits = Scale(value, count - 1 - exponent).ToString(CultureInfo.InvariantCulture);
            if (digits.Length <= count)
            {
                return (digits, exponent);
            }
        }
    }

    /// <summary>A float, of either sign, rounded to so many digits after the point; before it where they are negative.</summary>
    /// <exception cref="TemplateFault">The result is too large.</exception>
    public static double Round(double value, int digits)
    {
        if (!double.IsFinite(value) || digits > 323)
        {
            return value;
        }

        if (digits < -309)
        {
            return Math.CopySign(0, value);
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"{Scale(Math.Abs(value), digits)}E{-digits}");
        var rounded = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsInfinity(rounded)
            ? throw new TemplateFault("rounded value too large to represent")
            : Math.CopySign(rounded, value);
    }

    /// <summary>An integer rounded to tens, hundreds and so on, halves to even.</summary>
    /// <param name="value">The integer.</param>
    /// <param name="zeros">How many digits become 0, from 1.</param>
    public static BigInteger RoundInteger(BigInteger value, int zeros)
    {
        if (zeros > MostDigits || BigInteger.Abs(value) < BigInteger.Pow(10, zeros) / 2)
        {
            return BigInteger.Zero;
        }

        var unit = BigInteger.Pow(10, zeros);
        return value.Sign * Divide(BigInteger.Abs(value), unit) * unit;
    }

    /// <summary>The value times a power of ten, rounded to an integer.</summary>
    private static BigInteger Scale(double value, int digits)
    {
        const long Hidden = 1L << 52;
        var bits = BitConverter.DoubleToInt64Bits(value);
        var power = (int)(bits >> 52);
        var mantissa = power == 0 ? bits : (bits & (Hidden - 1)) | Hidden;
        var shift = Math.Max(power, 1) - 1075;
        var above = mantissa * BigInteger.Pow(10, Math.Max(digits, 0));
        var below = BigInteger.Pow(10, Math.Max(-digits, 0));
        return shift >= 0 ? Divide(above << shift, below) : Divide(above, below << -shift);
    }

    private static BigInteger Divide(BigInteger above, BigInteger below)
    {
        var quotient = BigInteger.DivRem(above, below, out var rest);
        var half = (rest * 2).CompareTo(below);
        return half > 0 || (half == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }
}
