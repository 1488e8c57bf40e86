namespace Search;

/// <summary>
/// Cuts a text into passages that a model reads at once. They end with a paragraph, else with a sentence, else with a word,
/// and overlap, so that what is said across a cut stands whole in one of them.
/// </summary>
internal static class PassageCutter
{
    /// <summary>The most characters of a passage: about 200 tokens of English.</summary>
    private const int Size = 800;

    /// <summary>Characters that a passage has in common with the one before it, about.</summary>
    private const int Overlap = 160;

    private static readonly string[] SentenceEnds = [". ", "? ", "! ", ".\n", "?\n", "!\n", "。"];

    public static IEnumerable<Passage> Cut(string file, string text)
    {
        var (line, counted) = (1, 0);
        for (var start = SkipBlank(text, 0); start < text.Length;)
        {
            line += text.AsSpan(counted..start).Count('\n');
            counted = start;
            var end = text.Length - start <= Size ? text.Length : FindEnd(text, start + (Size / 2), start + Size);
            var passage = text[start..end].TrimEnd();
            yield return new(file, line, line + passage.AsSpan().Count('\n'), passage);
            start = end == text.Length ? end : SkipBlank(text, FindStart(text, end - Overlap, end));
        }
    }

    /// <summary>The best place to end, after the first of two places and not after the second.</summary>
    private static int FindEnd(string text, int least, int most)
    {
        var part = text.AsSpan(least, most - least);
        var paragraph = part.LastIndexOf("\n\n");
        var sentence = SentenceEnds.Max(mark => text.AsSpan(least, most - least).LastIndexOf(mark));
        var at = paragraph >= 0 ? paragraph : sentence >= 0 ? sentence : part.LastIndexOfAny(' ', '\n');
        return at >= 0 ? least + at + 1 : Whole(text, most);
    }

    /// <summary>The first sentence that begins between two places, else the first word, else the first place.</summary>
    private static int FindStart(string text, int least, int most)
    {
        var sentence = SentenceEnds.Select(mark => text.AsSpan(least, most - least).IndexOf(mark)).Where(at => at >= 0);
        var at = sentence.DefaultIfEmpty(text.AsSpan(least, most - least).IndexOfAny(' ', '\n')).Min();
        return at >= 0 ? least + at + 1 : Whole(text, least);
    }

    /// <summary>No place is within a character of two parts.</summary>
    private static int Whole(string text, int at) => char.IsLowSurrogate(text[at]) ? at - 1 : at;

    private static int SkipBlank(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }
}
