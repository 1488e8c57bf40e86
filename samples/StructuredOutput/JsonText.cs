using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StructuredOutput;

/// <summary>JSON for programs and people, not for a web page: letters stay letters.</summary>
internal static class JsonText
{
    public static JsonSerializerOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A text, in quotes.</summary>
    public static string Of(string text) => JsonValue.Create(text).ToJsonString(Options);
}
