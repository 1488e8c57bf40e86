using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Joins texts, and replaces parts of them.</summary>
internal static class TextEdits
{
    /// <summary>The method <c>join</c>, which takes texts only.</summary>
    public static Text Join(Text text, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("join", 1, 1);
        var parts = new List<Text>();
        foreach (var item in Walk.Items(arguments.Positional[0], run))
        {
            parts.Add(
                text.IsMarkup ? Html.Escape(Printer.Print(item))
                : item as Text ?? throw new TemplateFault(
                    $"sequence item {parts.Count}: expected str instance, {ValueTypes.NameOf(item)} found"));
        }

        return Join(text, parts, run);
    }

    /// <summary>Texts with a separator between them; Markup where the separator is.</summary>
    public static Text Join(Text separator, IEnumerable<Text> parts, TemplateRun run)
    {
        var builder = new TextBuilder();
        var isFirst = true;
        foreach (var part in parts)
        {
            if (!isFirst)
            {
                builder.Append(separator);
            }

            isFirst = false;
            builder.Append(run.Spend(part));
            Sizes.Check(builder.Length);
        }

        return run.Spend(builder.ToText(separator.IsMarkup));
    }

    /// <summary>The method <c>replace</c>.</summary>
    public static Text Replace(Text text, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("replace", 2, 3);
        var replacement = ValueTypes.ToText(arguments.Positional[1]);
        return Replace(
            text,
            ValueTypes.ToText(arguments.Positional[0]),
            text.IsMarkup ? Html.Escape(replacement) : replacement,
            arguments.Integer(2, "count", -1),
            run);
    }

    /// <summary>The text with another in place of a part, wherever that is found.</summary>
    /// <param name="text">The text.</param>
    /// <param name="old">What is replaced; where it is empty, the replacement comes between all characters.</param>
    /// <param name="replacement">What takes its place.</param>
    /// <param name="most">How often at most; without limit where it is negative.</param>
    /// <param name="run">The rendering.</param>
    public static Text Replace(Text text, Text old, Text replacement, int most, TemplateRun run)
    {
        run.Spend(text);
        var value = text.Value;
        var builder = new TextBuilder();
        var (copied, next) = (0, 0);
        for (var count = 0; (most < 0 || count < most) && next <= value.Length; count++)
        {
            var found = value.IndexOf(old.Value, next, StringComparison.Ordinal);
            if (found < 0)
            {
                break;
            }

            builder.Append(text.Slice(copied, found - copied));
            builder.Append(run.Spend(replacement));
            Sizes.Check(builder.Length);
            copied = found + old.Value.Length;
            next = old.Value.Length > 0 ? copied : found + Step(value, found);
        }

        builder.Append(text.Slice(copied, value.Length - copied));
        Sizes.Check(builder.Length);
        return run.Spend(builder.ToText(text.IsMarkup));
    }

    private static int Step(string value, int at) =>
        at + 1 < value.Length && char.IsSurrogatePair(value[at], value[at + 1]) ? 2 : 1;
}
