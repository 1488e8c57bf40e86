using System.Text.Json;
using Lamina.Chat.Replies;
using Lamina.Chat.Templates;
using Lamina.Runtime;
using Lamina.Tokens;
using Lamina.Validation;
using Microsoft.Extensions.Logging;

namespace Lamina.Chat;

/// <summary>
/// How a model wants to be given a chat: its template, and the texts of the control tokens that the template names.
/// </summary>
/// <remarks>Immutable, so safe to use from any thread. Make one for each model, and keep it.</remarks>
public sealed class ChatFormat
{
    /// <summary>What is done for a model that has no template: ChatML, which many models know.</summary>
    private const string Fallback =
        "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
        + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    private readonly IReadOnlyDictionary<string, string> _tokens;
    private readonly TimeProvider _time;

    /// <summary>Makes the format of a template.</summary>
    /// <param name="template">The template.</param>
    /// <param name="tokens">
    /// The texts of control tokens by the names that templates have for them, such as <c>bos_token</c>; null for none.
    /// </param>
    /// <param name="timeProvider">What templates see of the time; null for the system's clock.</param>
    /// <exception cref="ArgumentNullException">The template is null.</exception>
    public ChatFormat(
        ChatTemplate template, IReadOnlyDictionary<string, string>? tokens = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(template);
        Template = template;
        Replies = ReplySyntaxes.Of(template.Source);
        _tokens = tokens ?? new Dictionary<string, string>(StringComparer.Ordinal);
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>The template.</summary>
    public ChatTemplate Template { get; }

    /// <summary>How the model writes its replies.</summary>
    internal ReplySyntax Replies { get; }

    /// <summary>Whether the model has no template, and ChatML stands in for it.</summary>
    public bool IsFallback { get; private init; }

    /// <summary>Makes the format of a model: of the template in its file, or ChatML where it has none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="timeProvider">What templates see of the time; null for the system's clock.</param>
    /// <param name="loggerFactory">Where it is said that a model has no template; null for nowhere.</param>
    /// <exception cref="TemplateException">The model's template cannot be read.</exception>
    public static ChatFormat Of(
        ModelInfo model, ITokenizer tokenizer, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        return OfModel(model, tokenizer, timeProvider, loggerFactory?.CreateLogger<ChatFormat>());
    }

    /// <summary>Makes the format of a model.</summary>
    internal static ChatFormat OfModel(ModelInfo model, ITokenizer tokenizer, TimeProvider? timeProvider, ILogger? logger)
    {
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bos_token"] = Name(tokenizer, tokenizer.BeginOfText),
            ["eos_token"] = Name(tokenizer, tokenizer.EndOfText),
        };
        if (model.ChatTemplate is null)
        {
            logger?.LogWarning(
                "{Model} has no chat template; its chats are given to it as ChatML, which it may not know.", model.Name);
        }

        return new(ChatTemplate.Parse(model.ChatTemplate ?? Fallback), tokens, timeProvider) { IsFallback = model.ChatTemplate is null };
    }

    /// <summary>Makes the prompt of a chat.</summary>
    /// <param name="messages">The messages, at least one, the oldest first.</param>
    /// <param name="options">What it has besides; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// There is no message, or one is null; a role is none; a tool's result has no call before it; a call's arguments are no
    /// JSON object; or a variable cannot be one.
    /// </exception>
    /// <exception cref="NotSupportedException">There are tools, and how the model calls them is not known.</exception>
    /// <exception cref="TemplateException">The template fails, or refuses the messages.</exception>
    public Prompt Apply(IReadOnlyList<ChatMessage> messages, ChatPromptOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        Fault.Throw(Faults(messages), nameof(messages));
        options ??= new();
        if (options.Tools.Count > 0 && Replies.Calls is null)
        {
            throw new NotSupportedException("The model calls tools in a form of its template that is not known here; leave the tools out.");
        }

        var isGeneric = ReferenceEquals(Replies.Calls, ReplySyntaxes.Generic);
        messages = isGeneric ? ToolTeller.ToText(messages) : messages;
        messages = options.Tools.Count > 0 && (isGeneric || !Replies.TellsTools) ? ToolTeller.Tell(messages, options.Tools, isGeneric) : messages;

        var variables = new Dictionary<string, object?>(options.Variables, StringComparer.Ordinal)
        {
            ["messages"] = messages.Select(ToVariable).ToList(),
            ["tools"] = options.Tools.Count > 0 ? options.Tools.Select(ToVariable).ToList() : null,
            ["add_generation_prompt"] = options.AddGenerationPrompt,
        };
        variables.TryAdd("documents", null);
        return Template.Render(variables, _tokens, _time);
    }

    private static IEnumerable<string> Faults(IReadOnlyList<ChatMessage> messages)
    {
        if (messages.Count == 0)
        {
            yield return "There were no messages; give at least one.";
        }

        var calls = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i] is not { Text: not null, ToolCalls: not null } message)
            {
                yield return $"Message {i} was null, or its text or its calls were.";
                continue;
            }

            if (!Enum.IsDefined(message.Role))
            {
                yield return $"Message {i} had the role {(int)message.Role}; it must be one of ChatRole.";
            }

            foreach (var call in message.ToolCalls)
            {
                calls.Add(call.Id);
                if (call.Arguments.ValueKind != JsonValueKind.Object)
                {
                    yield return $"Message {i} calls '{call.Name}' with arguments that are {call.Arguments.ValueKind}; they must be a JSON object.";
                }
            }

            if (message.ToolCallId is { } id && !calls.Contains(id))
            {
                yield return $"Message {i} is the result of the call '{id}', which no message before it makes.";
            }
        }
    }

    private static string Name(ITokenizer tokenizer, int? token) =>
        token is { } known ? tokenizer.Decode([known], withControlTokens: true) : "";

    private static Dictionary<string, object?> ToVariable(ChatMessage message)
    {
        var variable = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["role"] = message.Role.ToString().ToLowerInvariant(),
            ["content"] = message.Text,
        };
        AddKnown("reasoning_content", message.Reasoning);
        AddKnown("tool_call_id", message.ToolCallId);
        AddKnown("name", message.ToolName);
        AddKnown("tool_calls", message.ToolCalls.Count > 0 ? message.ToolCalls.Select(ToVariable).ToList() : null);
        return variable;

        void AddKnown(string name, object? value)
        {
            if (value is not null)
            {
                variable.Add(name, value);
            }
        }
    }

    private static Dictionary<string, object?> ToVariable(ToolCall call) => new(StringComparer.Ordinal)
    {
        ["id"] = call.Id,
        ["type"] = "function",
        ["function"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["name"] = call.Name, ["arguments"] = call.Arguments },
    };

    private static Dictionary<string, object?> ToVariable(ToolDescription tool) => new(StringComparer.Ordinal)
    {
        ["type"] = "function",
        ["function"] = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["name"] = tool.Name, ["description"] = tool.Description, ["parameters"] = tool.Parameters,
        },
    };
}
