using System.Globalization;
using System.Text;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>The filter <c>urlencode</c>: a text for a path, or the pairs of a query.</summary>
internal static class UrlFilter
{
    public static Text Encode(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("urlencode");
        if (value is Text || !Tests.IsIterable(value))
        {
            return run.Spend(Quote(Printer.Print(value), isQuery: false));
        }

        var pairs = value is TemplateDictionary ? Walk.Pairs(value, run) : Walk.Items(value, run);
        return TextEdits.Join("&", pairs.Select(pair => EncodePair(pair, run)), run);
    }

    private static Text EncodePair(object? pair, TemplateRun run)
    {
        var items = Walk.List(pair, run);
        return items.Count == 2
            ? TextEdits.Join("=", items.Select(static item => Quote(Printer.Print(item), isQuery: true)), run)
            : throw new TemplateFault($"{(items.Count < 2 ? "not enough" : "too many")} values to unpack (expected 2)");
    }

    /// <summary>With escapes by percent signs for all that is no letter, digit or one of <c>_.-~</c>.</summary>
    private static Text Quote(Text text, bool isQuery)
    {
        var builder = new TextBuilder();
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < text.Value.Length;)
        {
            if (!Rune.TryGetRuneAt(text.Value, i, out var rune))
            {
                throw new TemplateFault("'utf-8' codec can't encode a surrogate: surrogates not allowed");
            }

            var part = text.Slice(i, rune.Utf16SequenceLength);
            i += rune.Utf16SequenceLength;
            if (IsPlain(rune, isQuery))
            {
                builder.Append(part);
                continue;
            }

            if (rune.Value == ' ' && isQuery)
            {
                builder.Append(Text.Of("+", part.IsTyped));
                continue;
            }

            var count = rune.EncodeToUtf8(bytes);
            foreach (var unit in bytes[..count])
            {
                builder.Append(Text.Of(string.Create(CultureInfo.InvariantCulture, $"%{unit:X2}"), part.IsTyped));
            }
        }

        return builder.ToText();
    }

    private static bool IsPlain(Rune rune, bool isQuery) => rune.Value is '_' or '.' or '-' or '~'
        || (rune.IsAscii && char.IsAsciiLetterOrDigit((char)rune.Value))
        || (rune.Value == '/' && !isQuery);
}
