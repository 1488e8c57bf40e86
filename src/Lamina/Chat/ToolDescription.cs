using System.Text.Json;

namespace Lamina.Chat;

/// <summary>A tool that the model may call, as it is told of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does and when to use it, in words for the model.</param>
/// <param name="Parameters">What it takes: a JSON Schema of an object.</param>
public sealed record ToolDescription(string Name, string Description, JsonElement Parameters);
