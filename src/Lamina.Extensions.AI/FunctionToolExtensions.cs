using System.Text.Json;
using Lamina.Chat;
using Microsoft.Extensions.AI;

namespace Lamina.Extensions.AI;

/// <summary>Tools from C# methods.</summary>
public static class FunctionToolExtensions
{
    /// <summary>
    /// Makes a tool of a <see cref="ChatSession"/> of a function, as <c>AIFunctionFactory.Create</c> makes one of a delegate: its
    /// name, its description and the schema of its parameters.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <returns>The tool. The model reads what the function returns: a text as it is, all else as JSON.</returns>
    /// <exception cref="ArgumentNullException">The function is null.</exception>
    public static ChatTool AsChatTool(this AIFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new(new(function.Name, function.Description, function.JsonSchema), InvokeAsync);

        async Task<string> InvokeAsync(JsonElement arguments, CancellationToken cancellationToken)
        {
            var given = new AIFunctionArguments(ToolJson.ToArguments(arguments), StringComparer.Ordinal);
            return ToolJson.TextOf(await function.InvokeAsync(given, cancellationToken).ConfigureAwait(false));
        }
    }
}
