using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Breaks a paragraph into lines of so many characters, as Python's <c>textwrap</c> does.</summary>
/// <param name="width">The most characters of a line.</param>
/// <param name="breaksWords">Whether words that are longer are cut.</param>
/// <param name="breaksHyphens">Whether words are broken after their hyphens.</param>
/// <param name="run">The rendering.</param>
internal sealed class WordWrap(int width, bool breaksWords, bool breaksHyphens, TemplateRun run)
{
    public List<Text> Wrap(Text text)
    {
        if (width <= 0)
        {
            throw new TemplateFault($"invalid width {width} (must be > 0)");
        }

        // The chunks that are left, the next one last.
        var chunks = Chunks(text);
        chunks.Reverse();
        var lines = new List<Text>();
        while (chunks.Count > 0)
        {
            if (lines.Count > 0 && IsBlank(chunks[^1]))
            {
                chunks.RemoveAt(chunks.Count - 1);
            }

            var line = new List<Text>();
            var length = 0;
            while (chunks.Count > 0 && length + Length(chunks[^1]) <= width)
            {
                length += Length(chunks[^1]);
                Take(chunks, line);
            }

            if (chunks.Count > 0 && Length(chunks[^1]) > width)
            {
                Cut(chunks, line, width - length);
            }

            if (line.Count > 0 && IsBlank(line[^1]))
            {
                line.RemoveAt(line.Count - 1);
            }

            if (line.Count > 0)
            {
                lines.Add(TextEdits.Join(Text.Empty, line, run));
            }
        }

        return lines;
    }

    /// <summary>Takes what fits of a word that no line holds.</summary>
    private void Cut(List<Text> chunks, List<Text> line, int left)
    {
        if (!breaksWords)
        {
            if (line.Count == 0)
            {
                Take(chunks, line);
            }

            return;
        }

        var chunk = chunks[^1];
        var end = Elements.Place(chunk.Value, left);
        var hyphen = breaksHyphens && end > 0 ? chunk.Value.LastIndexOf('-', end - 1) : -1;
        if (hyphen > 0 && chunk.Value.AsSpan(0, hyphen).ContainsAnyExcept('-'))
        {
            end = hyphen + 1;
        }

        line.Add(chunk.Slice(0, end));
        chunks[^1] = chunk.Slice(end, chunk.Value.Length - end);
        run.Spend(chunk);
    }

    private static void Take(List<Text> chunks, List<Text> line)
    {
        line.Add(chunks[^1]);
        chunks.RemoveAt(chunks.Count - 1);
    }

    private static int Length(Text text) => Elements.CodePoints(text.Value);

    private static bool IsBlank(Text text) => text.Value.All(CharacterKinds.IsSpace);

    /// <summary>The pieces that lines are made of: words or parts of them, and the white space between them.</summary>
    private List<Text> Chunks(Text text)
    {
        var chunks = new List<Text>();
        for (var start = 0; start < text.Value.Length;)
        {
            run.Spend();
            var end = breaksHyphens && !IsBreak(text.Value[start]) ? EndOfPart(text.Value, start) : EndOfRun(text.Value, start);
            chunks.Add(text.Slice(start, end - start));
            start = end;
        }

        return chunks;
    }

    private static int EndOfRun(string value, int start)
    {
        var end = start;
        while (end < value.Length && IsBreak(value[end]) == IsBreak(value[start]))
        {
            end++;
        }

        return end;
    }

    /// <summary>Where a word ends, or a part of it: after a hyphen between letters, before and after a dash.</summary>
    private static int EndOfPart(string value, int start)
    {
        if (start > 0 && IsPunctuated(value[start - 1]) && IsDash(value, start))
        {
            return EndOfDash(value, start);
        }

        for (var end = start + 1; ; end++)
        {
            if (end == value.Length || IsBreak(value[end]) || (IsPunctuated(value[end - 1]) && IsDash(value, end)))
            {
                return end;
            }

            if (value[end] == '-' && IsAfterLetters(value, end) && IsBeforeLetters(value, end + 1))
            {
                return end + 1;
            }
        }
    }

    /// <summary>Whether hyphens, two at least, stand before a word.</summary>
    private static bool IsDash(string value, int at)
    {
        var end = EndOfDash(value, at);
        return end - at >= 2 && end < value.Length && IsWord(value[end]);
    }

    private static int EndOfDash(string value, int at)
    {
        while (at < value.Length && value[at] == '-')
        {
            at++;
        }

        return at;
    }

    private static bool IsAfterLetters(string value, int at) => at >= 2 && IsLetter(value[at - 1])
        && (IsLetter(value[at - 2]) || (at >= 3 && value[at - 2] == '-' && IsLetter(value[at - 3])));

    private static bool IsBeforeLetters(string value, int at)
    {
        if (at >= value.Length || !IsLetter(value[at]))
        {
            return false;
        }

        at += at + 1 < value.Length && value[at + 1] == '-' ? 2 : 1;
        return at < value.Length && IsLetter(value[at]);
    }

    private static bool IsBreak(char character) => character is (>= '\t' and <= '\r') or ' ';

    private static bool IsLetter(char character) => char.IsLetter(character) || character == '_';

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_';

    private static bool IsPunctuated(char character) => IsWord(character) || character is '!' or '"' or '\'' or '&' or '.' or ',' or '?';
}
