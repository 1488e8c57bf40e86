using Lamina.Tokens;
using Microsoft.Extensions.AI;
using ChatReplyUpdate = Lamina.Chat.ChatReplyUpdate;

namespace Lamina.Extensions.AI;

/// <summary>Turns the parts of one reply into those of Microsoft.Extensions.AI.</summary>
/// <param name="model">The model's name.</param>
/// <param name="createdAt">When the reply was asked for.</param>
/// <param name="withReasoning">Whether what is thought is passed on.</param>
/// <param name="onlyOneCall">Whether what comes after the first call is left out.</param>
internal sealed class ResponseUpdates(string model, DateTimeOffset createdAt, bool withReasoning, bool onlyOneCall)
{
    private readonly string _id = Guid.NewGuid().ToString("N");
    private bool _hasCalled;

    /// <summary>Whether nothing more is wanted.</summary>
    public bool IsEnough => onlyOneCall && _hasCalled;

    /// <summary>Turns a part; null where nothing of it is passed on.</summary>
    public ChatResponseUpdate? Next(ChatReplyUpdate part)
    {
        var contents = new List<AIContent>();
        var isOver = IsEnough;
        if (!isOver)
        {
            AddContents(contents, part);
        }

        if (part.Usage is { } usage)
        {
            contents.Add(new UsageContent(Details(usage)));
        }

        return contents.Count == 0 ? null : new(ChatRole.Assistant, contents)
        {
            ResponseId = _id,
            MessageId = _id,
            ModelId = model,
            CreatedAt = createdAt,
            FinishReason = part.FinishReason is { } reason ? Reason(reason, part.CutCall) : null,
            RawRepresentation = part,
        };
    }

    private static UsageDetails Details(Usage usage) => new()
    {
        InputTokenCount = usage.PromptTokens,
        CachedInputTokenCount = usage.CachedTokens,
        OutputTokenCount = usage.GeneratedTokens,
        TotalTokenCount = usage.PromptTokens + usage.GeneratedTokens,
    };

    private void AddContents(List<AIContent> contents, ChatReplyUpdate part)
    {
        if (withReasoning && part.Reasoning.Length > 0)
        {
            contents.Add(new TextReasoningContent(part.Reasoning));
        }

        if (part.Text.Length > 0)
        {
            contents.Add(new TextContent(part.Text));
        }

        if (part.ToolCall is { } call)
        {
            _hasCalled = true;
            contents.Add(new FunctionCallContent(call.Id, call.Name, ToolJson.ToArguments(call.Arguments)) { RawRepresentation = call });
        }
    }

    private ChatFinishReason Reason(FinishReason reason, string? cutCall) =>
        IsEnough ? ChatFinishReason.ToolCalls
        : cutCall is not null || reason is FinishReason.Length or FinishReason.DeadEnd ? ChatFinishReason.Length
        : _hasCalled ? ChatFinishReason.ToolCalls
        : ChatFinishReason.Stop;
}
