namespace Lamina.Chat;

/// <summary>A message of a chat. Its texts are typed: nothing in them becomes a control token.</summary>
/// <param name="Role">Whose it is.</param>
/// <param name="Text">What it says; may be empty where tools are called.</param>
public sealed record ChatMessage(ChatRole Role, string Text)
{
    /// <summary>What the assistant thought before it answered, as far as the model shows it. Default: null, nothing.</summary>
    public string? Reasoning { get; init; }

    /// <summary>The tools that the assistant calls. Default: none.</summary>
    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];

    /// <summary>The <see cref="ToolCall.Id"/> that a tool's message is the result of. Default: null.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>The tool whose result it is. Default: null.</summary>
    public string? ToolName { get; init; }

    /// <summary>What the assistant is told before all.</summary>
    /// <param name="text">What it says.</param>
    public static ChatMessage System(string text) => new(ChatRole.System, text);

    /// <summary>What the person says.</summary>
    /// <param name="text">What it says.</param>
    public static ChatMessage User(string text) => new(ChatRole.User, text);

    /// <summary>What the model has answered.</summary>
    /// <param name="text">What it says.</param>
    public static ChatMessage Assistant(string text) => new(ChatRole.Assistant, text);

    /// <summary>What a tool has found.</summary>
    /// <param name="call">The call.</param>
    /// <param name="result">What it has found.</param>
    /// <exception cref="ArgumentNullException">The call is null.</exception>
    public static ChatMessage Tool(ToolCall call, string result)
    {
        ArgumentNullException.ThrowIfNull(call);
        return new(ChatRole.Tool, result) { ToolCallId = call.Id, ToolName = call.Name };
    }
}
