using System.Text;
using Lamina.Chat;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatRole = Microsoft.Extensions.AI.ChatRole;
using LaminaMessage = Lamina.Chat.ChatMessage;
using LaminaRole = Lamina.Chat.ChatRole;

namespace Lamina.Extensions.AI;

/// <summary>Turns messages of Microsoft.Extensions.AI into Lamina's.</summary>
internal sealed class ChatHistory
{
    private readonly List<LaminaMessage> _messages = [];
    private readonly Dictionary<string, string> _tools = new(StringComparer.Ordinal); // by the ids of their calls
    private int _number;

    private ChatHistory()
    {
    }

    /// <summary>Turns messages into Lamina's.</summary>
    /// <param name="messages">The messages, at least one.</param>
    /// <param name="instructions">What the model is told before all; null for nothing.</param>
    /// <exception cref="ArgumentException">
    /// There is no message, or one is null; a call is not the assistant's; a result has no call before it.
    /// </exception>
    /// <exception cref="NotSupportedException">A role or a kind of content is not known.</exception>
    public static IReadOnlyList<LaminaMessage> Of(IEnumerable<ChatMessage> messages, string? instructions)
    {
        var history = new ChatHistory();
        foreach (var message in messages)
        {
            history.Add(message ?? throw new ArgumentException($"Message {history._number} was null.", nameof(messages)));
            history._number++;
        }

        return history._number > 0
            ? history.After(instructions)
            : throw new ArgumentException("There were no messages; give at least one.", nameof(messages));
    }

    /// <summary>One system message: many templates refuse a second.</summary>
    private List<LaminaMessage> After(string? instructions)
    {
        if (string.IsNullOrEmpty(instructions))
        {
            return _messages;
        }

        if (_messages[0] is { Role: LaminaRole.System } system)
        {
            _messages[0] = system with { Text = $"{instructions}\n\n{system.Text}" };
        }
        else
        {
            _messages.Insert(0, LaminaMessage.System(instructions));
        }

        return _messages;
    }

    private void Add(ChatMessage message)
    {
        var (text, reasoning, calls, results) = (new StringBuilder(), new StringBuilder(), new List<ToolCall>(), 0);
        foreach (var content in message.Contents)
        {
            switch (content)
            {
                case TextContent said:
                    text.Append(said.Text);
                    break;
                case TextReasoningContent thought:
                    reasoning.Append(thought.Text);
                    break;
                case FunctionCallContent call:
                    calls.Add(Call(message, call));
                    break;
                case FunctionResultContent result:
                    _messages.Add(Result(result));
                    results++;
                    break;
                case UsageContent: // what an earlier reply took
                    break;
                default:
                    throw new NotSupportedException(
                        $"Message {_number} ({message.Role}) had a {content?.GetType().Name ?? "null"}; Lamina takes text, reasoning, and calls and results of functions.");
            }
        }

        if (results == 0 || text.Length > 0 || reasoning.Length > 0 || calls.Count > 0)
        {
            _messages.Add(new(Role(message.Role), text.ToString())
            {
                Reasoning = reasoning.Length > 0 ? reasoning.ToString() : null,
                ToolCalls = calls,
            });
        }
    }

    private ToolCall Call(ChatMessage message, FunctionCallContent call)
    {
        if (message.Role != ChatRole.Assistant)
        {
            throw new ArgumentException($"Message {_number} ({message.Role}) calls '{call.Name}'; only the assistant calls functions.", nameof(message));
        }

        _tools[call.CallId] = call.Name;
        return new(call.CallId, call.Name, ToolJson.ArgumentsOf(call));
    }

    private LaminaMessage Result(FunctionResultContent result)
    {
        if (!_tools.TryGetValue(result.CallId, out var tool))
        {
            throw new ArgumentException($"Message {_number} is the result of the call '{result.CallId}', which no message before it makes.", nameof(result));
        }

        try
        {
            return new(LaminaRole.Tool, ToolJson.TextOf(result)) { ToolCallId = result.CallId, ToolName = tool };
        }
        catch (NotSupportedException e)
        {
            throw new NotSupportedException($"Message {_number} has a result of '{tool}' that cannot be given to the model. {e.Message}", e);
        }
    }

    private LaminaRole Role(ChatRole role) => role.Value.ToLowerInvariant() switch
    {
        "system" => LaminaRole.System,
        "developer" => LaminaRole.Developer,
        "user" => LaminaRole.User,
        "assistant" => LaminaRole.Assistant,
        "tool" => LaminaRole.Tool,
        _ => throw new NotSupportedException($"Message {_number} had the role '{role}'; it must be system, developer, user, assistant or tool."),
    };
}
