using System.Text.Json.Serialization;

namespace Lamina.Tests.Constraints;

/// <summary>A value, and whether it is valid.</summary>
internal sealed record SchemaValue(
    string Description,
    [property: JsonPropertyName("data_text")] string Text,
    [property: JsonPropertyName("data_pretty")] string? Pretty,
    bool Valid)
{
    public IEnumerable<string> Texts => Pretty is null ? [Text] : [Text, Pretty];
}
