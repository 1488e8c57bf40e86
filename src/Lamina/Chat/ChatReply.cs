using Lamina.Tokens;

namespace Lamina.Chat;

/// <summary>A reply, whole.</summary>
/// <param name="Message">What the model says, thinks and calls.</param>
/// <param name="FinishReason">Why it ended.</param>
/// <param name="Usage">What it took.</param>
public sealed record ChatReply(ChatMessage Message, FinishReason FinishReason, Usage Usage)
{
    /// <summary>
    /// What there is of a call that was cut, as the model wrote it: by the most tokens, by cancellation, by a full context.
    /// Default: null, nothing was cut.
    /// </summary>
    public string? CutCall { get; init; }

    /// <summary>Puts the parts of a reply together.</summary>
    /// <param name="updates">The parts, the last of which has the finish reason.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">The last part was missing.</exception>
    public static async Task<ChatReply> ReadAsync(IAsyncEnumerable<ChatReplyUpdate> updates, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(updates);
        var (text, reasoning, calls) = (new System.Text.StringBuilder(), new System.Text.StringBuilder(), new List<ToolCall>());
        ChatReplyUpdate? last = null;
        await foreach (var update in updates.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            text.Append(update.Text);
            reasoning.Append(update.Reasoning);
            calls.AddRange(update.ToolCall is { } call ? [call] : []);
            last = update;
        }

        return last is { FinishReason: { } reason, Usage: { } usage }
            ? new(Message(), reason, usage) { CutCall = last.CutCall }
            : throw new ArgumentException("The last part of the reply had no finish reason and usage.", nameof(updates));

        ChatMessage Message() => ChatMessage.Assistant(text.ToString()) with
        {
            Reasoning = reasoning.Length > 0 ? reasoning.ToString() : null, ToolCalls = calls,
        };
    }
}
