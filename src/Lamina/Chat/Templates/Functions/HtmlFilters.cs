using System.Collections.Frozen;
using System.Net;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Filters for HTML.</summary>
internal static class HtmlFilters
{
    private const int LongestEntity = 32;

    /// <summary>All of them, by their names.</summary>
    public static FrozenDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>(StringComparer.Ordinal)
    {
        ["e"] = Escape,
        ["escape"] = Escape,
        ["forceescape"] = ForceEscape,
        ["safe"] = Safe,
        ["striptags"] = StripTags,
        ["urlencode"] = UrlFilter.Encode,
        ["xmlattr"] = Attributes,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Text Escape(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("escape");
        return run.Spend(Html.Escape(Printer.Print(value)));
    }

    private static Text ForceEscape(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("forceescape");
        return run.Spend(Html.Escape(Printer.Print(value).As(markup: false)));
    }

    private static Text Safe(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("safe");
        run.Spend();
        return Printer.Print(value).As(markup: true);
    }

    private static Text Attributes(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("xmlattr", "autospace");
        var withSpace = ValueTypes.IsTrue(arguments.Get(0, "autospace", true));
        var builder = new TextBuilder();
        foreach (var pair in Walk.Pairs(value, run))
        {
            if (pair.Items[1] is null or Undefined)
            {
                continue;
            }

            var name = ValueTypes.ToText(pair.Items[0]);
            if (name.Value.Any(static character => character is (>= '\t' and <= '\r') or ' ' or '/' or '>' or '='))
            {
                throw new TemplateFault($"Invalid character in attribute name: {Printer.Represent(name).Value}");
            }

            builder.Append(builder.Length > 0 || withSpace ? " " : "");
            builder.Append(Html.Escape(name));
            builder.Append("=\"");
            builder.Append(run.Spend(Html.Escape(Printer.Print(pair.Items[1]))));
            builder.Append("\"");
        }

        return builder.ToText();
    }

    private static Text StripTags(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("striptags");
        var text = Without(Printer.Print(value).As(markup: false), "<!--", "-->", run);
        return run.Spend(Unescape(JoinWords(Without(text, "<", ">", run))));
    }

    /// <summary>Without all that stands between two marks, and without these.</summary>
    private static Text Without(Text text, string first, string last, TemplateRun run)
    {
        while (text.Value.IndexOf(first, StringComparison.Ordinal) is >= 0 and var start)
        {
            run.Spend(text);
            var end = text.Value.IndexOf(last, start, StringComparison.Ordinal);
            if (end < 0)
            {
                break;
            }

            end += last.Length;
            var builder = new TextBuilder();
            builder.Append(text.Slice(0, start));
            builder.Append(text.Slice(end, text.Value.Length - end));
            text = builder.ToText();
        }

        return text;
    }

    /// <summary>With one space for all white space between words, and none around them.</summary>
    private static Text JoinWords(Text text)
    {
        var builder = new TextBuilder();
        var last = 0;
        foreach (var (start, end) in TextSplits.Words(text.Value))
        {
            if (builder.Length > 0)
            {
                builder.Append(Text.Of(" ", text.Slice(last, start - last).IsTyped));
            }

            builder.Append(text.Slice(start, end - start));
            last = end;
        }

        return builder.ToText();
    }

    private static Text Unescape(Text text)
    {
        var value = text.Value;
        var builder = new TextBuilder();
        for (var i = 0; i < value.Length;)
        {
            var start = value.IndexOf('&', i);
            start = start < 0 ? value.Length : start;
            builder.Append(text.Slice(i, start - i));
            var length = value.AsSpan(start, Math.Min(LongestEntity, value.Length - start)).IndexOf(';') + 1;
            if (length > 0)
            {
                var entity = text.Slice(start, length);
                builder.Append(Text.Of(WebUtility.HtmlDecode(entity.Value), entity.IsTyped));
            }
            else if (start < value.Length)
            {
                length = 1;
                builder.Append(text.Slice(start, 1));
            }

            i = start + length;
        }

        return builder.ToText();
    }
}
