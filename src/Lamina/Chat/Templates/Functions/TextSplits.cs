using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Splits texts. The parts are cut out of the text, and so stay typed where they were.</summary>
internal static class TextSplits
{
    public static TemplateList Split(Text text, Arguments arguments, TemplateRun run) => Split("split", text, arguments, fromEnd: false, run);

    public static TemplateList SplitFromEnd(Text text, Arguments arguments, TemplateRun run) =>
        Split("rsplit", text, arguments, fromEnd: true, run);

    public static TemplateList SplitLines(Text text, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("splitlines", "keepends");
        return new TemplateList([.. Lines(text, arguments.Flag(0, "keepends"), run)]);
    }

    public static TemplateList Partition(Text text, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("partition", 1, 1);
        var separator = Separator(arguments.Positional[0]);
        var at = text.Value.IndexOf(separator, StringComparison.Ordinal);
        run.Spend(text);
        return at < 0 ? TemplateList.Tuple(text, None(text), None(text)) : Around(text, at, separator.Length);
    }

    public static TemplateList PartitionFromEnd(Text text, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("rpartition", 1, 1);
        var separator = Separator(arguments.Positional[0]);
        var at = text.Value.LastIndexOf(separator, StringComparison.Ordinal);
        run.Spend(text);
        return at < 0 ? TemplateList.Tuple(None(text), None(text), text) : Around(text, at, separator.Length);
    }

    /// <summary>The lines of a text, without what ends them or with it.</summary>
    public static List<Text> Lines(Text text, bool keepsEnds, TemplateRun run)
    {
        run.Spend(text);
        var lines = new List<Text>();
        var value = text.Value;
        for (var start = 0; start < value.Length;)
        {
            var end = start;
            while (end < value.Length && !CharacterKinds.IsLineEnd(value[end]))
            {
                end++;
            }

            var next = end + 1 < value.Length && value[end] == '\r' && value[end + 1] == '\n' ? end + 2 : Math.Min(end + 1, value.Length);
            lines.Add(text.Slice(start, (keepsEnds ? next : end) - start));
            run.Spend();
            start = next;
        }

        return lines;
    }

    /// <summary>Where the words are between white space, as start and end.</summary>
    public static IEnumerable<(int Start, int End)> Words(string value)
    {
        for (var i = 0; i < value.Length;)
        {
            var start = i;
            while (i < value.Length && CharacterKinds.IsSpace(value[i]) == CharacterKinds.IsSpace(value[start]))
            {
                i++;
            }

            if (!CharacterKinds.IsSpace(value[start]))
            {
                yield return (start, i);
            }
        }
    }

    private static TemplateList Split(string method, Text text, Arguments arguments, bool fromEnd, TemplateRun run)
    {
        arguments.Limit(method, "sep", "maxsplit");
        var most = arguments.Integer(1, "maxsplit", -1);
        most = most < 0 ? int.MaxValue : most;
        run.Spend(text);
        var separator = arguments.Get(0, "sep");
        var places = separator is null
            ? fromEnd ? WordsFromEnd(text.Value, most) : WordsFromStart(text.Value, most)
            : fromEnd ? PartsFromEnd(text.Value, Separator(separator), most) : PartsFromStart(text.Value, Separator(separator), most);
        run.Spend(places.Count);
        return new TemplateList([.. places.Select(place => text.Slice(place.Start, place.End - place.Start))]);
    }

    private static List<(int Start, int End)> WordsFromStart(string value, int most)
    {
        var places = new List<(int Start, int End)>();
        foreach (var word in Words(value))
        {
            if (places.Count == most)
            {
                places.Add((word.Start, value.Length));
                break;
            }

            places.Add(word);
        }

        return places;
    }

    private static List<(int Start, int End)> WordsFromEnd(string value, int most)
    {
        var words = Words(value).ToList();
        var first = words.Count - most;
        return first <= 0 ? words : [(0, words[first - 1].End), .. words.Skip(first)];
    }

    private static List<(int Start, int End)> PartsFromStart(string value, string separator, int most)
    {
        var places = new List<(int Start, int End)>();
        var start = 0;
        while (places.Count < most && value.IndexOf(separator, start, StringComparison.Ordinal) is >= 0 and var at)
        {
            places.Add((start, at));
            start = at + separator.Length;
        }

        places.Add((start, value.Length));
        return places;
    }

    private static List<(int Start, int End)> PartsFromEnd(string value, string separator, int most)
    {
        var places = new List<(int Start, int End)>();
        var end = value.Length;
        while (places.Count < most && value.AsSpan(0, end).LastIndexOf(separator, StringComparison.Ordinal) is >= 0 and var at)
        {
            places.Add((at + separator.Length, end));
            end = at;
        }

        places.Add((0, end));
        places.Reverse();
        return places;
    }

    private static string Separator(object? separator) =>
        ValueTypes.ToText(separator).Value is { Length: > 0 } value ? value : throw new TemplateFault("empty separator");

    private static Text None(Text text) => Text.Empty.As(text.IsMarkup);

    private static TemplateList Around(Text text, int at, int length) => TemplateList.Tuple(
        text.Slice(0, at), text.Slice(at, length), text.Slice(at + length, text.Value.Length - at - length));
}
