using System.Runtime.CompilerServices;

namespace Lamina.Sampling;

/// <summary>Guards of the samplers' settings. A comparison that NaN fails is what refuses NaN.</summary>
internal static class Require
{
    public static float Number(
        float value, float min, float max, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value >= min && value <= max))
        {
            throw OutOfRange(name, value, $"a number from {min} to {max}");
        }

        return value;
    }

    public static float Finite(float value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!float.IsFinite(value))
        {
            throw OutOfRange(name, value, $"a finite number");
        }

        return value;
    }

    public static float FiniteAtLeastZero(float value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(float.IsFinite(value) && value >= 0))
        {
            throw OutOfRange(name, value, $"a finite number of at least 0");
        }

        return value;
    }

    public static float FiniteAboveZero(float value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(float.IsFinite(value) && value > 0))
        {
            throw OutOfRange(name, value, $"a finite number above 0");
        }

        return value;
    }

    public static int AtLeast(int value, int min, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value < min)
        {
            throw OutOfRange(name, value, $"at least {min}");
        }

        return value;
    }

    private static ArgumentOutOfRangeException OutOfRange(string name, object value, FormattableString right)
    {
        var range = FormattableString.Invariant(right);
        return new(name, value, FormattableString.Invariant($"{name} was {value}; it must be {range}."));
    }
}
