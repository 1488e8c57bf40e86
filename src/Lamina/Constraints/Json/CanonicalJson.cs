using System.Text.Json;

namespace Lamina.Constraints.Json;

/// <summary>JSON values as texts that are equal where the values are.</summary>
internal static class CanonicalJson
{
    public static string Of(string json)
    {
        using var document = JsonDocument.Parse(json, new() { MaxDepth = 10_000 });
        return Of(document.RootElement);
    }

    /// <summary>The canonical text of a string.</summary>
    public static string OfString(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', value.EnumerateObject()
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => $"{JsonEncodedText.Encode(member.Name)}:{Of(member.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(',', value.EnumerateArray().Select(Of)) + "]",
        JsonValueKind.String => OfString(value.GetString()!),
        JsonValueKind.Number => JsonNumber.Parse(value.GetRawText())?.ToString() ?? value.GetRawText(),
        _ => value.GetRawText(),
    };
}
