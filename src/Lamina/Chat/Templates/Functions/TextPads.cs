using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Widens texts to a number of characters.</summary>
internal static class TextPads
{
    public static Text Center(Text text, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("center", 1, 2);
        return Center(text, arguments.Integer(0, "width", 0), Fill(text, arguments), run);
    }

    /// <summary>The text in the middle of so many characters.</summary>
    public static Text Center(Text text, int width, Text fill, TemplateRun run)
    {
        var missing = Missing(text, width);
        var left = (missing / 2) + (missing & width & 1);
        return Pad(text, left, missing - left, fill, run);
    }

    public static Text AlignLeft(Text text, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("ljust", 1, 2);
        return Pad(text, 0, Missing(text, arguments.Integer(0, "width", 0)), Fill(text, arguments), run);
    }

    public static Text AlignRight(Text text, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("rjust", 1, 2);
        return Pad(text, Missing(text, arguments.Integer(0, "width", 0)), 0, Fill(text, arguments), run);
    }

    /// <summary>Zeros before a number, after its sign.</summary>
    public static Text FillZeros(Text text, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("zfill", 1, 1);
        var sign = text.Value is ['+' or '-', ..] ? 1 : 0;
        var builder = new TextBuilder();
        builder.Append(text.Slice(0, sign));
        builder.Repeat("0", Missing(text, arguments.Integer(0, "width", 0)), run);
        builder.Append(text.Slice(sign, text.Value.Length - sign));
        return run.Spend(builder.ToText(text.IsMarkup));
    }

    /// <summary>Spaces for tabs, up to the next column of so many.</summary>
    public static Text ExpandTabs(Text text, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("expandtabs", "tabsize");
        var size = arguments.Integer(0, "tabsize", 8);
        var builder = new TextBuilder();
        var column = 0;
        foreach (var character in Elements.Items(text).OfType<Text>())
        {
            run.Spend();
            if (character.Value is "\t")
            {
                var spaces = size > 0 ? size - (column % size) : 0;
                builder.Repeat(Text.Of(" ", character.IsTyped), spaces, run);
                column += spaces;
                continue;
            }

            builder.Append(character);
            column = character.Value is "\n" or "\r" ? 0 : column + 1;
        }

        return builder.ToText(text.IsMarkup);
    }

    /// <summary>A text between so many characters on the left and on the right.</summary>
    public static Text Pad(Text text, int left, int right, Text fill, TemplateRun run)
    {
        if (left <= 0 && right <= 0)
        {
            return text;
        }

        var builder = new TextBuilder();
        builder.Repeat(fill, left, run);
        builder.Append(text);
        builder.Repeat(fill, right, run);
        return run.Spend(builder.ToText(text.IsMarkup));
    }

    /// <summary>How many characters are missing.</summary>
    public static int Missing(Text text, int width)
    {
        var count = Elements.CodePoints(text.Value);
        return width > count ? width - count : 0;
    }

    private static Text Fill(Text text, Arguments arguments)
    {
        var fill = ValueTypes.ToText(arguments.Get(1, "fillchar", Text.Of(" ", isTyped: false)));
        fill = text.IsMarkup ? Html.Escape(fill) : fill;
        return Elements.CodePoints(fill.Value) == 1 ? fill : throw new TemplateFault("The fill character must be exactly one character long");
    }
}
