using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Looks for texts in texts. Places are counted in characters.</summary>
internal static class TextSearch
{
    public static object? Find(Text text, Arguments arguments, TemplateRun run) => Find("find", text, arguments, fromEnd: false, run);

    public static object? FindFromEnd(Text text, Arguments arguments, TemplateRun run) => Find("rfind", text, arguments, fromEnd: true, run);

    public static object? Index(Text text, Arguments arguments, TemplateRun run) =>
        Found(Find("index", text, arguments, fromEnd: false, run));

    public static object? IndexFromEnd(Text text, Arguments arguments, TemplateRun run) =>
        Found(Find("rindex", text, arguments, fromEnd: true, run));

    public static object? Count(Text text, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("count", 1, 3);
        var part = ValueTypes.ToText(arguments.Positional[0]).Value;
        run.Spend(text);
        if (!TryBounds(text.Value, arguments, out var start, out var end))
        {
            return 0L;
        }

        var searched = text.Value.AsSpan(start, end - start);
        if (part.Length == 0)
        {
            return Elements.CodePoints(searched.ToString()) + 1L;
        }

        var count = 0L;
        while (searched.IndexOf(part, StringComparison.Ordinal) is >= 0 and var at)
        {
            count++;
            searched = searched[(at + part.Length)..];
        }

        return count;
    }

    public static object? StartsWith(Text text, Arguments arguments, TemplateRun run) => Tries("startswith", text, arguments, run);

    public static object? EndsWith(Text text, Arguments arguments, TemplateRun run) => Tries("endswith", text, arguments, run);

    private static long Find(string method, Text text, Arguments arguments, bool fromEnd, TemplateRun run)
    {
        arguments.Expect(method, 1, 3);
        var part = ValueTypes.ToText(arguments.Positional[0]).Value;
        run.Spend(text);
        if (!TryBounds(text.Value, arguments, out var start, out var end))
        {
            return -1;
        }

        var searched = text.Value.AsSpan(start, end - start);
        var at = fromEnd ? searched.LastIndexOf(part, StringComparison.Ordinal) : searched.IndexOf(part, StringComparison.Ordinal);
        return at < 0 ? -1 : Elements.CodePoints(text.Value[..(start + at)]);
    }

    private static long Found(long place) => place >= 0 ? place : throw new TemplateFault("substring not found");

    private static bool Tries(string method, Text text, Arguments arguments, TemplateRun run)
    {
        arguments.Expect(method, 1, 3);
        var parts = arguments.Positional[0] is TemplateList { IsTuple: true } tuple ? tuple.Items : [arguments.Positional[0]];
        foreach (var part in parts)
        {
            if (part is not Text)
            {
                throw new TemplateFault($"{method} first arg must be str or a tuple of str, not {ValueTypes.NameOf(part)}");
            }
        }

        run.Spend(parts.Count);
        if (!TryBounds(text.Value, arguments, out var start, out var end))
        {
            return false;
        }

        var isAtStart = method is "startswith";
        foreach (var part in parts.OfType<Text>())
        {
            var searched = text.Value.AsSpan(start, end - start);
            if (isAtStart
                ? searched.StartsWith(part.Value, StringComparison.Ordinal)
                : searched.EndsWith(part.Value, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The second and the third argument, as places in UTF-16.</summary>
    /// <returns>Whether there is anything between them, if only nothing at one place.</returns>
    private static bool TryBounds(string value, Arguments arguments, out int start, out int end)
    {
        (start, end) = (0, value.Length);
        if (arguments.Positional.Count < 2)
        {
            return true;
        }

        var count = Elements.CodePoints(value);
        var first = Bound(arguments.Positional[1], 0);
        var last = Math.Min(Bound(arguments.Positional.Count > 2 ? arguments.Positional[2] : null, count), count);
        if (first > last)
        {
            return false;
        }

        (start, end) = (Elements.Place(value, first), Elements.Place(value, last));
        return true;

        int Bound(object? bound, int fallback)
        {
            var place = bound is null ? fallback : (long)ValueTypes.ToInt32(bound, "slice indices must be integers or None");
            return (int)(place < 0 ? Math.Max(place + count, 0) : place);
        }
    }
}
