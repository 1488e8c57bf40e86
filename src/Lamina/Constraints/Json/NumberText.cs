using System.Globalization;

namespace Lamina.Constraints.Json;

/// <summary>A number as far as it is written.</summary>
internal static class NumberText
{
    /// <summary>Longer numbers are not begun.</summary>
    private const int LongestPart = 400;

    /// <summary>Whether a character can follow, by JSON's grammar.</summary>
    public static bool CanFollow(string text, char c)
    {
        if (text.Length >= LongestPart)
        {
            return false;
        }

        var last = text.Length == 0 ? '\0' : text[^1];
        var hasPoint = text.Contains('.', StringComparison.Ordinal);
        var hasExponent = text.AsSpan().ContainsAny('e', 'E');
        return c switch
        {
            '-' => last is '\0' or 'e' or 'E',
            '+' => last is 'e' or 'E',
            '.' => char.IsAsciiDigit(last) && !hasPoint && !hasExponent,
            'e' or 'E' => char.IsAsciiDigit(last) && !hasExponent,
            >= '0' and <= '9' => text is not ("0" or "-0"),
            _ => false,
        };
    }

    /// <summary>Whether it is a number as it stands.</summary>
    public static bool IsWhole(string text) => text.Length > 0 && char.IsAsciiDigit(text[^1]);

    /// <summary>
    /// Whether a number that begins so can be right. What a negative exponent could still make of its digits does not count:
    /// 12 is not begun where 10 is the most, though 12e-1 would be right.
    /// </summary>
    public static bool CanBecome(string text, NumberRule rule)
    {
        if (rule.IsFree)
        {
            return true;
        }

        if (IsWhole(text) && JsonNumber.Parse(text) is { } number && rule.Allows(number))
        {
            return true;
        }

        var isNegative = text.StartsWith('-');
        var exponentAt = text.AsSpan().IndexOfAny('e', 'E');
        var mantissa = (exponentAt < 0 ? text : text[..exponentAt]).TrimStart('-');
        if (mantissa.Length == 0)
        {
            // A sign: anything below zero, or zero itself.
            return rule.Allows(default) || rule.AllowsAny(new(0, 0), new(1, JsonNumber.LargestExponent), isMirrored: true);
        }

        if (exponentAt >= 0)
        {
            return CanBecome(JsonNumber.Parse(mantissa)!.Value, text[(exponentAt + 1)..], rule, isNegative);
        }

        var begun = JsonNumber.Parse(mantissa.TrimEnd('.'))!.Value;
        if (mantissa.Contains('.', StringComparison.Ordinal))
        {
            return rule.AllowsAny(begun, begun with { Digits = begun.Digits + 1 }, isNegative);
        }

        // Digits may follow, or a fraction; behind a zero a fraction alone.
        var most = begun.IsZero ? 0 : JsonNumber.LargestExponent;
        for (var shift = 0; shift <= most; shift++)
        {
            var start = begun with { Exponent = shift };
            if (rule.AllowsAny(start, start with { Digits = start.Digits + 1 }, isNegative))
            {
                return true;
            }

            if (rule.IsBeyond(start, isNegative))
            {
                return false;
            }
        }

        return false;
    }

    private static bool CanBecome(JsonNumber mantissa, string exponent, NumberRule rule, bool isNegative)
    {
        var number = isNegative ? -mantissa : mantissa;
        var isBelow = exponent.StartsWith('-');
        var digits = exponent.TrimStart('-', '+').TrimStart('0');
        for (var power = 0; power <= JsonNumber.LargestExponent / 2; power++)
        {
            var text = power.ToString(CultureInfo.InvariantCulture);
            if (digits.Length == 0 || text.StartsWith(digits, StringComparison.Ordinal))
            {
                var can = (!isBelow && rule.Allows(number with { Exponent = number.Exponent + power }))
                    || ((isBelow || exponent.Length == 0) && rule.Allows(number with { Exponent = number.Exponent - power }));
                if (can)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
