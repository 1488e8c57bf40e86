using System.Text.Json;

namespace Lamina.Chat;

/// <summary>A tool, and what it does when the model calls it.</summary>
/// <param name="description">What the model is told of it.</param>
/// <param name="invoke">
/// What it does with the arguments of a call, which fit the schema; it returns what the model is to read.
/// </param>
public sealed class ChatTool(ToolDescription description, Func<JsonElement, CancellationToken, Task<string>> invoke)
{
    private readonly Func<JsonElement, CancellationToken, Task<string>> _invoke = invoke ?? throw new ArgumentNullException(nameof(invoke));

    /// <summary>What the model is told of it.</summary>
    public ToolDescription Description { get; } = description ?? throw new ArgumentNullException(nameof(description));

    /// <summary>Does it.</summary>
    /// <param name="arguments">The arguments of a call.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What the model is to read.</returns>
    public Task<string> InvokeAsync(JsonElement arguments, CancellationToken cancellationToken = default) => _invoke(arguments, cancellationToken);
}
