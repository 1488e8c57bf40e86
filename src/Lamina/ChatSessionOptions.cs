using Lamina.Chat;
using Lamina.Validation;

namespace Lamina;

/// <summary>How a <see cref="ChatSession"/> goes on. Immutable; values that are not set keep their defaults.</summary>
public sealed record ChatSessionOptions
{
    /// <summary>How the model replies. Default: the defaults of <see cref="ReplyOptions"/>.</summary>
    public ReplyOptions Reply { get; init; } = new();

    /// <summary>
    /// The tools that the session calls itself when the model asks for them; it goes on with their results. Tools of
    /// <see cref="ReplyOptions.Tools"/> are left to the app. Default: none.
    /// </summary>
    public IReadOnlyList<ChatTool> Tools { get; init; } = [];

    /// <summary>
    /// How often in a row the model may call tools before it has to say something, at least 1; after that it is told of no
    /// tools. Default: 8.
    /// </summary>
    public int MaxToolRounds { get; init; } = 8;

    /// <summary>
    /// Whether an exception of a tool is thrown; else the model reads its message as the tool's result. Default: false.
    /// </summary>
    public bool ThrowToolErrors { get; init; }

    /// <summary>What happens where the messages are longer than the context. Default: the oldest turns are not sent.</summary>
    public ChatOverflow Overflow { get; init; } = ChatOverflow.DropOldest;

    /// <summary>
    /// How many tokens of the context are kept free for a reply, at least 1. Default: null, the most tokens of the reply, and
    /// a quarter of the context at most.
    /// </summary>
    public int? ReservedTokens { get; init; }

    internal IEnumerable<string> Faults()
    {
        const string owner = nameof(ChatSessionOptions);
        var faults = Fault.OutOfRange<int>(owner, nameof(MaxToolRounds), MaxToolRounds, 1, int.MaxValue).ToList();
        faults.AddRange(Fault.OutOfRange(owner, nameof(ReservedTokens), ReservedTokens, 1, int.MaxValue));
        if (!Enum.IsDefined(Overflow))
        {
            faults.Add($"{owner}.{nameof(Overflow)} was {(int)Overflow}; it must be one of {nameof(ChatOverflow)}.");
        }

        if (Tools is null || Tools.Contains(null!))
        {
            faults.Add($"{owner}.{nameof(Tools)} was null or held null.");
        }
        else if (Reply is not null)
        {
            faults.AddRange(WithTools().Faults());
        }

        faults.AddRange(Reply is null ? [$"{owner}.{nameof(Reply)} was null; leave it out for the defaults."] : []);
        return faults;
    }

    /// <summary>How the model replies, with the session's tools.</summary>
    internal ReplyOptions WithTools() => Reply with { Tools = [.. Reply.Tools, .. Tools.Select(tool => tool.Description)] };
}
