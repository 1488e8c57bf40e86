using System.Collections.Frozen;

namespace Lamina.Chat.Templates.Functions;

/// <summary>The filters that templates may use: Jinja's, with transformers' <c>tojson</c>.</summary>
internal static class Filters
{
    /// <summary>All of them, by their names.</summary>
    public static FrozenDictionary<string, Filter> All { get; } = new[]
    {
        TextFilters.All, LayoutFilters.All, HtmlFilters.All, NumberFilters.All, SequenceFilters.All, SelectionFilters.All,
        OrderFilters.All, JsonFilter.All,
    }.SelectMany(group => group).ToFrozenDictionary(StringComparer.Ordinal);
}
