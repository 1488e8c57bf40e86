using System.Text.Json;

namespace Lamina.Chat;

/// <summary>A tool that the assistant calls.</summary>
/// <param name="Id">What tells the call from others; the result names it. Some models ask for nine letters and digits.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">What it is given: a JSON object.</param>
public sealed record ToolCall(string Id, string Name, JsonElement Arguments);
