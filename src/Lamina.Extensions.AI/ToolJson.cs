using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace Lamina.Extensions.AI;

/// <summary>Arguments and results of tools as the model reads and writes them.</summary>
internal static class ToolJson
{
    private static readonly JsonSerializerOptions Compact = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    /// <summary>The arguments of a call as a JSON object.</summary>
    public static JsonElement ArgumentsOf(FunctionCallContent call) =>
        JsonSerializer.SerializeToElement(call.Arguments ?? new Dictionary<string, object?>(StringComparer.Ordinal), Type<IDictionary<string, object?>>());

    /// <summary>A JSON object as the arguments of a call.</summary>
    public static Dictionary<string, object?> ToArguments(JsonElement json) =>
        json.EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value, StringComparer.Ordinal);

    /// <summary>What a tool has found as a text: a text as it is, all else as JSON.</summary>
    /// <exception cref="NotSupportedException">It holds content that is not text.</exception>
    public static string TextOf(FunctionResultContent result) => result is { Result: null, Exception: { } failure }
        ? $"Error: {failure.Message}"
        : TextOf(result.Result);

    /// <inheritdoc cref="TextOf(FunctionResultContent)"/>
    public static string TextOf(object? result) => result switch
    {
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
        AIContent content => TextOf(content),
        IEnumerable<AIContent> contents => string.Concat(contents.Select(TextOf)),
        var other => JsonSerializer.Serialize(other, Type<object?>()),
    };

    private static string TextOf(AIContent content) => content is TextContent text
        ? text.Text
        : throw new NotSupportedException($"It is a {content.GetType().Name}; the model reads text alone.");

    private static JsonTypeInfo<T> Type<T>() => (JsonTypeInfo<T>)Compact.GetTypeInfo(typeof(T));
}
