using System.Text.Encodings.Web;
using System.Text.Json;

namespace TinyCorpus.Tasks;

/// <summary>JSON as it is written in chats: on one line, with a space after each comma and colon.</summary>
internal static class JsonForm
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Object(IEnumerable<(string Key, object Value)> members) =>
        "{" + string.Join(", ", members.Select(member => $"{Scalar(member.Key)}: {Scalar(member.Value)}")) + "}";

    public static string Scalar(object value) =>
        value is Raw raw ? raw.Json : JsonSerializer.Serialize(value, Relaxed);

    /// <summary>The members of an object, or null where the text is no object of scalars.</summary>
    public static Dictionary<string, JsonElement>? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.EnumerateObject().ToDictionary(
                    member => member.Name, member => member.Value.Clone(), StringComparer.Ordinal)
                : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null; // not JSON, or a key twice: the answer is wrong, which is what was asked
        }
    }

    /// <summary>Text that is JSON already.</summary>
    public sealed record Raw(string Json);
}
