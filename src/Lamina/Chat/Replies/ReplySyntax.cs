namespace Lamina.Chat.Replies;

/// <summary>How a family of models writes its replies. Control tokens are written by their names.</summary>
internal sealed record ReplySyntax
{
    /// <summary>What begins reasoning, and what ends it.</summary>
    public (string Begin, string End)? Reasoning { get; init; }

    /// <summary>What is no part of the text: headers between the parts of a reply.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>Whether the template tells the model of its tools.</summary>
    public bool TellsTools { get; init; }

    /// <summary>How tools are called; null where that is not known.</summary>
    public required CallSyntax? Calls { get; init; }
}
