using System.Text.RegularExpressions;

namespace TinyCorpus.Vocabularies;

/// <summary>
/// Splits text where no token may reach across, as llama.cpp does for vocabularies of the kind "smollm": each digit
/// alone, and what is between them as GPT-2 does it.
/// </summary>
internal static partial class WordSplitter
{
    public static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && !char.IsNumber(text[i]))
            {
                continue;
            }

            foreach (Match word in Words().Matches(text[start..i]))
            {
                yield return word.Value;
            }

            if (i < text.Length)
            {
                yield return text[i].ToString();
            }

            start = i + 1;
        }
    }

    [GeneratedRegex(@"'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?[^\s\p{L}]+|\s+(?!\S)|\s+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Words();
}
