using System.Text.Json.Serialization;

namespace Lamina;

/// <summary>How a chat is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChatSessionFile))]
internal sealed partial class ChatSessionJson : JsonSerializerContext;
