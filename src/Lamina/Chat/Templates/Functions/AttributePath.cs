using System.Globalization;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Where in an item a filter looks: <c>a.b.0</c>, a number, or the item itself.</summary>
internal sealed class AttributePath
{
    private readonly List<object?> _parts;
    private readonly object? _fallback;

    /// <param name="attribute">The path; null for the item itself.</param>
    /// <param name="fallback">What stands in for what an item has not; null for nothing.</param>
    public AttributePath(object? attribute, object? fallback = null)
    {
        _fallback = fallback;
        _parts = attribute switch
        {
            null => [],
            Text text => [.. text.Value.Split('.').Select(part => Part(part, text))],
            _ => [attribute],
        };
    }

    /// <summary>Several paths with commas between them.</summary>
    public static List<AttributePath> Several(object? attribute) => attribute is Text text
        ? [.. text.Value.Split(',').Select(path => new AttributePath(Text.Of(path, text.IsTyped)))]
        : [new AttributePath(attribute)];

    /// <summary>What an item has there.</summary>
    /// <exception cref="TemplateFault">There is nothing on the way.</exception>
    public object? Get(object? item, TemplateRun run)
    {
        run.Spend();
        foreach (var part in _parts)
        {
            item = Members.Item(item, part);
            item = _fallback is not null && item is Undefined ? _fallback : item;
        }

        return item;
    }

    private static object Part(string part, Text whole) =>
        part.Length > 0 && !part.AsSpan().ContainsAnyExceptInRange('0', '9')
            && long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : Text.Of(part, whole.IsTyped);
}
