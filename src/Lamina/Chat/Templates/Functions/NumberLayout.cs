using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Puts the parts of a number together: sign, zeros, digits in groups, and padding around them.</summary>
internal static class NumberLayout
{
    /// <summary>The sign to write.</summary>
    /// <param name="isNegative">Whether the number is negative.</param>
    /// <param name="asked">What is asked for: plus, a space, or anything else for nothing.</param>
    public static string Sign(bool isNegative, char asked) => isNegative ? "-" : asked switch { '+' => "+", ' ' => " ", _ => "" };

    /// <param name="spec">The format.</param>
    /// <param name="sign">The sign, with a prefix such as 0x.</param>
    /// <param name="digits">The digits before the point.</param>
    /// <param name="rest">What comes after them.</param>
    /// <param name="run">The rendering.</param>
    public static Text Lay(FormatSpec spec, string sign, string digits, string rest, TemplateRun run)
    {
        var isInner = spec.Align == '=';
        var fixedWidth = sign.Length + Elements.CodePoints(rest);
        var least = isInner && spec.Fill.Value is "0" ? Math.Max(spec.Width - fixedWidth, 0) : 0;
        digits = Group(digits, spec, least);
        var missing = Math.Max(spec.Width - fixedWidth - digits.Length, 0);
        var left = spec.Align switch { '<' or '=' => 0, '^' => missing / 2, _ => missing };
        var builder = new TextBuilder();
        builder.Repeat(spec.Fill, left, run);
        builder.Append(sign);
        builder.Repeat(spec.Fill, isInner ? missing : 0, run);
        builder.Append(digits + rest);
        builder.Repeat(spec.Fill, isInner ? 0 : missing - left, run);
        return run.Spend(builder.ToText());
    }

    /// <summary>Digits in groups, with zeros before them up to a width, which counts the separators.</summary>
    private static string Group(string digits, FormatSpec spec, int least)
    {
        if (digits.Length == 0 || spec.Grouping == '\0')
        {
            return digits.Length == 0 ? digits : digits.PadLeft(least, '0');
        }

        var size = spec.Type is 'b' or 'o' or 'x' or 'X' ? 4 : 3;
        var groups = new List<string>();
        var left = digits.Length;
        while (true)
        {
            var length = Math.Min(size, Math.Max(Math.Max(left, least), 1));
            var taken = Math.Min(left, length);
            groups.Add(digits.Substring(left - taken, taken).PadLeft(length, '0'));
            left -= taken;
            least -= length;
            if (left <= 0 && least <= 0)
            {
                break;
            }

            least--;
        }

        groups.Reverse();
        return string.Join(spec.Grouping, groups);
    }
}
