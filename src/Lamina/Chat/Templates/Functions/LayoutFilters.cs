using System.Collections.Frozen;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Filters that lay texts out: within a width, over lines, for reading.</summary>
internal static class LayoutFilters
{
    /// <summary>All of them, by their names.</summary>
    public static FrozenDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>(StringComparer.Ordinal)
    {
        ["center"] = Center,
        ["indent"] = Indent,
        ["pprint"] = Pretty,
        ["truncate"] = Truncate,
        ["wordwrap"] = Wrap,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Text Center(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("center", "width");
        return TextPads.Center(Printer.Print(value), arguments.Integer(0, "width", 80), " ", run);
    }

    private static Text Indent(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("indent", "width", "first", "blank");
        var text = RequireText(value, "indent");
        var width = arguments.Get(0, "width", 4L);
        var builder = new TextBuilder();
        builder.Repeat(width as Text ?? " ", width is Text ? 1 : ValueTypes.ToInt32(width, "width"), run);
        var indention = builder.ToText();
        builder = new TextBuilder();
        builder.Append(text);
        builder.Append("\n");
        var (isFirst, withBlank, withFirst) = (true, arguments.Flag(2, "blank"), arguments.Flag(1, "first"));
        var lines = TextSplits.Lines(builder.ToText(text.IsMarkup), keepsEnds: false, run);
        builder = new TextBuilder();
        foreach (var line in lines)
        {
            if (!isFirst)
            {
                builder.Append("\n");
            }

            if (isFirst ? withFirst : withBlank || line.Value.Length > 0)
            {
                builder.Append(run.Spend(indention));
            }

            isFirst = false;
            builder.Append(line);
            Sizes.Check(builder.Length);
        }

        return run.Spend(builder.ToText(text.IsMarkup));
    }

    private static Text Pretty(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("pprint");
        return new PrettyPrinter(run).Print(value);
    }

    private static object? Truncate(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("truncate", "length", "killwords", "end", "leeway");
        var length = arguments.Integer(0, "length", 255);
        var end = ValueTypes.ToText(arguments.Get(2, "end", Text.Of("...", isTyped: false)));
        var leeway = arguments.Get(3, "leeway") is null ? 5 : arguments.Integer(3, "leeway", 5);
        var ending = Elements.CodePoints(end.Value);
        if (length < ending || leeway < 0)
        {
            throw new TemplateFault(leeway < 0 ? $"expected leeway >= 0, got {leeway}" : $"expected length >= {ending}, got {length}");
        }

        var count = Elements.Count(value) ?? throw new TemplateFault($"object of type '{ValueTypes.NameOf(value)}' has no len()");
        if (count <= (long)length + leeway)
        {
            return value;
        }

        var kept = Elements.Part(RequireText(value, "truncate"), 0, length - ending);
        var space = arguments.Flag(1, "killwords") ? -1 : kept.Value.LastIndexOf(' ');
        return Operators.Add(space < 0 ? kept : kept.Slice(0, space), end, run);
    }

    private static Text Wrap(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("wordwrap", "width", "break_long_words", "wrapstring", "break_on_hyphens");
        var text = RequireText(value, "wordwrap");
        var separator = ValueTypes.ToText(arguments.Get(2, "wrapstring") ?? Text.Of("\n", isTyped: false));
        var wrap = new WordWrap(
            arguments.Integer(0, "width", 79),
            ValueTypes.IsTrue(arguments.Get(1, "break_long_words", true)),
            ValueTypes.IsTrue(arguments.Get(3, "break_on_hyphens", true)),
            run);
        var lines = TextSplits.Lines(text, keepsEnds: false, run).Select(line => TextEdits.Join(separator, Plain(wrap.Wrap(line)), run));
        return TextEdits.Join(separator, lines, run);

        IEnumerable<Text> Plain(List<Text> parts) =>
            parts.Select(part => separator.IsMarkup ? Html.Escape(part.As(markup: false)) : part.As(markup: false));
    }

    private static Text RequireText(object? value, string filter) => value as Text
        ?? throw (value is Undefined undefined ? undefined.Fail()
            : new TemplateFault($"{filter} takes a str, not {ValueTypes.NameOf(value)}"));
}
