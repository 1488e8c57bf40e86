namespace Lamina.Constraints.Json;

/// <summary>A schema with a URI of its own, and all within it that has none.</summary>
/// <param name="uri">The URI, absolute.</param>
/// <param name="pointer">Where it stands in the document.</param>
internal sealed class SchemaResource(Uri uri, string pointer)
{
    public Uri Uri => uri;

    public string Pointer => pointer;

    /// <summary>Where its anchors stand.</summary>
    public Dictionary<string, string> Anchors { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of them that <c>$dynamicRef</c> may be led to.</summary>
    public HashSet<string> DynamicAnchors { get; } = new(StringComparer.Ordinal);
}
