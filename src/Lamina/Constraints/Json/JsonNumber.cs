using System.Globalization;
using System.Numerics;

namespace Lamina.Constraints.Json;

/// <summary>A decimal number without limits: a whole number times a power of ten.</summary>
/// <param name="Digits">The whole number.</param>
/// <param name="Exponent">The power.</param>
internal readonly record struct JsonNumber(BigInteger Digits, int Exponent) : IComparable<JsonNumber>
{
    /// <summary>Powers of ten beyond this are not computed with.</summary>
    public const int LargestExponent = 1000;

    public bool IsZero => Digits.IsZero;

    public bool IsNegative => Digits.Sign < 0;

    /// <summary>Reads a number in JSON's form.</summary>
    /// <returns>Null where its exponent is beyond what is computed with.</returns>
    public static JsonNumber? Parse(ReadOnlySpan<char> text)
    {
        var exponentAt = text.IndexOfAny('e', 'E');
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var exponent = 0;
        if (exponentAt >= 0 && (!int.TryParse(text[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
            || Math.Abs(exponent) > LargestExponent))
        {
            return null;
        }

        var point = mantissa.IndexOf('.');
        var fraction = point < 0 ? 0 : mantissa.Length - point - 1;
        var digits = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        return new(BigInteger.Parse(digits, CultureInfo.InvariantCulture), exponent - fraction);
    }

    public static JsonNumber operator -(JsonNumber number) => new(-number.Digits, number.Exponent);

    public static bool operator <(JsonNumber left, JsonNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(JsonNumber left, JsonNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(JsonNumber left, JsonNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(JsonNumber left, JsonNumber right) => left.CompareTo(right) >= 0;

    /// <summary>The whole number that this is of units of a power of ten, which must not be above its exponent.</summary>
    public BigInteger In(int exponent) => Digits * BigInteger.Pow(10, Exponent - exponent);

    /// <summary>Whether it is a whole number of steps.</summary>
    public bool IsMultipleOf(JsonNumber step)
    {
        var unit = Math.Min(Exponent, step.Exponent);
        return (In(unit) % step.In(unit)).IsZero;
    }

    public int CompareTo(JsonNumber other)
    {
        var unit = Math.Min(Exponent, other.Exponent);
        return In(unit).CompareTo(other.In(unit));
    }

    /// <summary>Equal numbers have equal texts.</summary>
    public override string ToString()
    {
        if (IsZero)
        {
            return "0";
        }

        var (digits, exponent) = this;
        while ((digits % 10).IsZero)
        {
            (digits, exponent) = (digits / 10, exponent + 1);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{digits}e{exponent}");
    }
}
