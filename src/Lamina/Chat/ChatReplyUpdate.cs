using Lamina.Tokens;

namespace Lamina.Chat;

/// <summary>A part of a reply, as it comes.</summary>
public sealed record ChatReplyUpdate
{
    /// <summary>Text that is said, to be appended to what came before. Default: empty.</summary>
    public string Text { get; init; } = "";

    /// <summary>What is thought, to be appended to what came before. Default: empty.</summary>
    public string Reasoning { get; init; } = "";

    /// <summary>A call of a tool that is whole now. Default: null.</summary>
    public ToolCall? ToolCall { get; init; }

    /// <summary>
    /// What there is of a call that was cut, as the model wrote it; on the last update alone. Default: null, nothing was cut.
    /// </summary>
    public string? CutCall { get; init; }

    /// <summary>Why the reply ended; null on all updates but the last.</summary>
    public FinishReason? FinishReason { get; init; }

    /// <summary>What the reply took; null on all updates but the last.</summary>
    public Usage? Usage { get; init; }
}
