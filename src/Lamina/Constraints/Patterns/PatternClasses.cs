using System.Collections.Frozen;
using System.Globalization;

namespace Lamina.Constraints.Patterns;

/// <summary>The sets behind <c>\d</c>, <c>\p{L}</c> and their like.</summary>
internal static class PatternClasses
{
    private static readonly string[] CategoryNames =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe",
        "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    // Found when first asked for, since all of Unicode is looked through.
    private static readonly FrozenDictionary<string, Lazy<CodePointSet>> Categories = CategoryNames
        .Concat(CategoryNames.Select(name => name[..1]).Distinct(StringComparer.Ordinal))
        .ToFrozenDictionary(name => name, name => new Lazy<CodePointSet>(() => Find(name)), StringComparer.Ordinal);

    private static readonly Dictionary<string, string> LongNames = new(StringComparer.Ordinal)
    {
        ["Letter"] = "L", ["Uppercase_Letter"] = "Lu", ["Lowercase_Letter"] = "Ll", ["Mark"] = "M", ["Number"] = "N",
        ["Decimal_Number"] = "Nd", ["digit"] = "Nd", ["Punctuation"] = "P", ["punct"] = "P", ["Symbol"] = "S", ["Separator"] = "Z",
        ["Other"] = "C", ["Alphabetic"] = "L", ["Uppercase"] = "Lu", ["Lowercase"] = "Ll",
    };

    public static CodePointSet Digits(PatternDialect dialect) =>
        dialect == PatternDialect.DotNet ? Property("Nd")! : CodePointSet.Of('0', '9');

    public static CodePointSet WordCharacters(PatternDialect dialect) => dialect == PatternDialect.DotNet
        ? Property("L")!.Or(Property("Mn")!).Or(Property("Nd")!).Or(Property("Pc")!)
        : CodePointSet.Union(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    public static CodePointSet Spaces(PatternDialect dialect) => CodePointSet.Union(
        ('\t', '\r'), (' ', ' '), ('\u00A0', '\u00A0'), ('\u1680', '\u1680'), ('\u2000', '\u200A'), ('\u2028', '\u2029'),
        ('\u202F', '\u202F'), ('\u205F', '\u205F'), ('\u3000', '\u3000'),
        dialect == PatternDialect.DotNet ? ('\u0085', '\u0085') : ('\uFEFF', '\uFEFF'));

    public static CodePointSet LineEnds(PatternDialect dialect) => dialect == PatternDialect.DotNet
        ? CodePointSet.Of('\n')
        : CodePointSet.Union(('\n', '\n'), ('\r', '\r'), ('\u2028', '\u2029'));

    /// <summary>The code points of a general category; null where there is no such category.</summary>
    /// <param name="name">Such as <c>L</c>, <c>Lu</c> or <c>Letter</c>.</param>
    public static CodePointSet? Property(string name)
    {
        name = name.StartsWith("General_Category=", StringComparison.Ordinal) ? name["General_Category=".Length..] : name;
        name = LongNames.GetValueOrDefault(name, name);
        if (string.Equals(name, "ASCII", StringComparison.Ordinal))
        {
            return CodePointSet.Of(0, 0x7F);
        }

        return Categories.TryGetValue(name, out var category) ? category.Value : null;
    }

    private static CodePointSet Find(string name)
    {
        var ranges = new List<(int, int)>();
        var first = -1;
        for (var codePoint = 0; codePoint <= CodePointSet.Last + 1; codePoint++)
        {
            var isOf = codePoint <= CodePointSet.Last
                && CategoryNames[(int)CharUnicodeInfo.GetUnicodeCategory(codePoint)].StartsWith(name, StringComparison.Ordinal);
            if (isOf && first < 0)
            {
                first = codePoint;
            }
            else if (!isOf && first >= 0)
            {
                ranges.Add((first, codePoint - 1));
                first = -1;
            }
        }

        return CodePointSet.Union(ranges);
    }
}
