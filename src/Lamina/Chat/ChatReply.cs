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
        var parts = new List<ChatReplyUpdate>();
        await foreach (var update in updates.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            parts.Add(update);
        }

        return Of(parts);
    }

    /// <summary>Puts the parts of a reply together.</summary>
    /// <exception cref="ArgumentException">The last part was missing.</exception>
    internal static ChatReply Of(IReadOnlyList<ChatReplyUpdate> updates) => updates is [.., { FinishReason: { } reason, Usage: { } usage } last]
        ? new(MessageOf(updates), reason, usage) { CutCall = last.CutCall }
        : throw new ArgumentException("The last part of the reply had no finish reason and usage.", nameof(updates));

    /// <summary>The message that parts of a reply are of.</summary>
    internal static ChatMessage MessageOf(IReadOnlyList<ChatReplyUpdate> updates)
    {
        var reasoning = string.Concat(updates.Select(update => update.Reasoning));
        return ChatMessage.Assistant(string.Concat(updates.Select(update => update.Text))) with
        {
            Reasoning = reasoning.Length > 0 ? reasoning : null,
            ToolCalls = [.. updates.Select(update => update.ToolCall).OfType<ToolCall>()],
        };
    }
}
