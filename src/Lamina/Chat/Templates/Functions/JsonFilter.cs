using System.Collections.Frozen;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>transformers' <c>tojson</c>, which is Python's <c>json.dumps</c> and not Jinja's filter: nothing is escaped for HTML.</summary>
internal static class JsonFilter
{
    /// <summary>The filter by its name.</summary>
    public static FrozenDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>(StringComparer.Ordinal)
    {
        ["tojson"] = ToJson,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Text ToJson(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
        var indent = arguments.Get(1, "indent");
        var separators = arguments.Get(2, "separators");
        Text item = indent is null ? ", " : ",";
        Text key = ": ";
        if (separators is not null)
        {
            (item, key) = Separators(separators);
        }

        return new JsonWriter(run)
        {
            IsAscii = arguments.Flag(0, "ensure_ascii"),
            Indent = Indent(indent, run),
            ItemSeparator = item,
            KeySeparator = key,
            SortsKeys = arguments.Flag(3, "sort_keys"),
        }.Write(value);
    }

    private static Text? Indent(object? indent, TemplateRun run)
    {
        if (indent is null or Text)
        {
            return indent as Text;
        }

        var spaces = new TextBuilder();
        spaces.Repeat(" ", ValueTypes.ToInt32(indent, "indent"), run);
        return spaces.ToText();
    }

    private static (Text Item, Text Key) Separators(object? separators) => separators is TemplateList { Count: 2 } pair
        ? (ValueTypes.ToText(pair.Items[0]), ValueTypes.ToText(pair.Items[1]))
        : throw new TemplateFault("separators has to be a pair of texts: between items, and after keys");
}
