using System.Globalization;

namespace TinyCorpus;

/// <summary>What a text draws by chance. The same seed draws the same.</summary>
internal static class Draw
{
    public static T Pick<T>(this Random random, params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    /// <summary>Several choices, no two the same, in any order.</summary>
    public static T[] PickSome<T>(this Random random, int count, ReadOnlySpan<T> choices)
    {
        var all = choices.ToArray();
        for (var i = 0; i < count; i++)
        {
            var other = random.Next(i, all.Length);
            (all[i], all[other]) = (all[other], all[i]);
        }

        return all[..count];
    }

    /// <summary>True in so many of a hundred cases.</summary>
    public static bool Percent(this Random random, int percent) => random.Next(100) < percent;

    /// <summary>A number of exactly so many digits, evenly.</summary>
    public static int Digits(this Random random, int digits)
    {
        var least = digits == 1 ? 0 : (int)Math.Pow(10, digits - 1);
        return random.Next(least, (int)Math.Pow(10, digits));
    }

    public static string Text(this int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The text with a capital letter first.</summary>
    public static string Capital(this string text) => string.Concat(char.ToUpperInvariant(text[0]).ToString(), text.AsSpan(1));

    /// <summary>"a" or "an", and the word.</summary>
    public static string A(this string word) => ("aeiou".Contains(word[0], StringComparison.Ordinal) ? "an " : "a ") + word;

    /// <summary>"one, two and three".</summary>
    public static string AndList(this IReadOnlyList<string> words) =>
        words.Count == 1 ? words[0] : string.Join(", ", words.Take(words.Count - 1)) + " and " + words[^1];
}
