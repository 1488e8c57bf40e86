using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Takes characters off the ends of texts.</summary>
internal static class TextStrips
{
    public static Text Strip(Text text, Arguments arguments, TemplateRun run) => Strip("strip", text, arguments, true, true, run);

    public static Text StripStart(Text text, Arguments arguments, TemplateRun run) => Strip("lstrip", text, arguments, true, false, run);

    public static Text StripEnd(Text text, Arguments arguments, TemplateRun run) => Strip("rstrip", text, arguments, false, true, run);

    public static Text RemovePrefix(Text text, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("removeprefix", 1, 1);
        var prefix = ValueTypes.ToText(arguments.Positional[0]).Value;
        return text.Value.StartsWith(prefix, StringComparison.Ordinal)
            ? run.Spend(text.Slice(prefix.Length, text.Value.Length - prefix.Length))
            : text;
    }

    public static Text RemoveSuffix(Text text, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("removesuffix", 1, 1);
        var suffix = ValueTypes.ToText(arguments.Positional[0]).Value;
        return text.Value.EndsWith(suffix, StringComparison.Ordinal)
            ? run.Spend(text.Slice(0, text.Value.Length - suffix.Length))
            : text;
    }

    /// <summary>A text without the characters of a set at its ends; without white space where the set is null.</summary>
    public static Text Strip(Text text, object? set, bool atStart, bool atEnd, TemplateRun run)
    {
        if (set is not (null or Text))
        {
            throw new TemplateFault("strip arg must be None or str");
        }

        var value = text.Value;
        var characters = (set as Text)?.Value;
        var (start, end) = (0, value.Length);
        while (atStart && start < end)
        {
            var length = IsPair(value, start, end) ? 2 : 1;
            if (!Goes(value.AsSpan(start, length)))
            {
                break;
            }

            start += length;
        }

        while (atEnd && start < end)
        {
            var length = IsPair(value, end - 2, end) && end - 2 >= start ? 2 : 1;
            if (!Goes(value.AsSpan(end - length, length)))
            {
                break;
            }

            end -= length;
        }

        return run.Spend(text.Slice(start, end - start));

        bool Goes(ReadOnlySpan<char> character)
        {
            run.Spend(((characters?.Length ?? 0) / 16) + 1);
            return characters is null
                ? character.Length == 1 && CharacterKinds.IsSpace(character[0])
                : characters.AsSpan().Contains(character, StringComparison.Ordinal);
        }
    }

    private static bool IsPair(string value, int at, int end) => at >= 0 && at + 1 < end && char.IsSurrogatePair(value[at], value[at + 1]);

    private static Text Strip(string method, Text text, Arguments arguments, bool atStart, bool atEnd, TemplateRun run)
    {
        arguments.Expect(method, 0, 1);
        return Strip(text, arguments.Positional.Count > 0 ? arguments.Positional[0] : null, atStart, atEnd, run);
    }
}
