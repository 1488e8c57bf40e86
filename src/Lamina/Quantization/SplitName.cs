using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Lamina.Gguf.Rules;

namespace Lamina.Quantization;

/// <summary>Names of a model's parts.</summary>
internal static partial class SplitName
{
    /// <summary>The files of a model in so many parts.</summary>
    /// <param name="path">The name of the whole; one that is a part's stands for the whole.</param>
    /// <param name="count">How many.</param>
    public static ImmutableArray<string> Parts(string path, int count)
    {
        if (count == 1)
        {
            return [path];
        }

        var stem = Ending().Replace(path, "");
        return [.. Enumerable.Range(0, count).Select(index => stem + SplitRules.Suffix(index, count))];
    }

    [GeneratedRegex(@"(-[0-9]{5}-of-[0-9]{5})?\.gguf$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ending();
}
