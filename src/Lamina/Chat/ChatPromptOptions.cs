namespace Lamina.Chat;

/// <summary>What a chat's prompt has besides its messages.</summary>
public sealed record ChatPromptOptions
{
    /// <summary>The tools that the model may call. Default: none.</summary>
    public IReadOnlyList<ToolDescription> Tools { get; init; } = [];

    /// <summary>Whether the prompt ends where the assistant's next message begins. Default: true.</summary>
    public bool AddGenerationPrompt { get; init; } = true;

    /// <summary>
    /// Further variables of the template, such as <c>enable_thinking</c> or <c>documents</c>: texts, numbers, truth values,
    /// JSON, and lists and dictionaries of these. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Variables { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);
}
