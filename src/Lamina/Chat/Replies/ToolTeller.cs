using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Lamina.Chat.Replies;

/// <summary>Tells models of tools whose templates know of none.</summary>
internal static class ToolTeller
{
    /// <summary>Turns calls of tools and their results into text.</summary>
    public static IReadOnlyList<ChatMessage> ToText(IReadOnlyList<ChatMessage> messages) => [.. messages.Select(ToText)];

    /// <summary>Adds what there is to say of tools to the system message.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="tools">The tools.</param>
    /// <param name="isGeneric">Whether the model has no form of its own for calls.</param>
    public static IReadOnlyList<ChatMessage> Tell(IReadOnlyList<ChatMessage> messages, IReadOnlyList<ToolDescription> tools, bool isGeneric)
    {
        var text = new StringBuilder("You can call these tools:\n");
        foreach (var tool in tools)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {tool.Name}: {tool.Description} Its arguments by JSON Schema: {tool.Parameters.GetRawText()}\n");
        }

        text.Append(isGeneric
            ? "Answer with one JSON object. To call tools: {\"tool_calls\": [{\"name\": the tool, \"arguments\": its arguments}]}. "
                + "To say something: {\"response\": what you say}."
            : "");
        var told = messages.ToList();
        var system = told.FindIndex(message => message.Role == ChatRole.System);
        if (system < 0)
        {
            told.Insert(0, ChatMessage.System(text.ToString()));
        }
        else
        {
            told[system] = told[system] with { Text = $"{told[system].Text}\n\n{text}" };
        }

        return told;
    }

    private static ChatMessage ToText(ChatMessage message)
    {
        if (message.Role == ChatRole.Tool)
        {
            return ChatMessage.User($"The tool {message.ToolName} found: {message.Text}");
        }

        if (message.ToolCalls.Count == 0)
        {
            return message;
        }

        var calls = string.Join(", ", message.ToolCalls.Select(
            call => $"{{\"name\": \"{JsonEncodedText.Encode(call.Name)}\", \"arguments\": {call.Arguments.GetRawText()}}}"));
        return message with { Text = $"{{\"tool_calls\": [{calls}]}}", ToolCalls = [] };
    }
}
