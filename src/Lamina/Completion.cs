using System.Collections.Immutable;
using System.Text;
using Lamina.Tokens;

namespace Lamina;

/// <summary>A whole answer.</summary>
/// <param name="Text">The text, without control tokens and stop sequence.</param>
/// <param name="Tokens">The tokens generated, the one that ended the answer among them.</param>
/// <param name="FinishReason">Why it ended.</param>
/// <param name="Usage">Counts and times.</param>
public sealed record Completion(string Text, ImmutableArray<int> Tokens, FinishReason FinishReason, Usage Usage)
{
    /// <summary>Reads a stream to its end.</summary>
    internal static async Task<Completion> ReadAsync(IAsyncEnumerable<Token> stream)
    {
        var text = new StringBuilder();
        var tokens = new List<int>();
        Token last = default;
        await foreach (var token in stream.ConfigureAwait(false))
        {
            last = token;
            text.Append(token.Text);
            if (token.Id >= 0)
            {
                tokens.Add(token.Id);
            }
        }

        return last is { FinishReason: { } reason, Usage: { } usage }
            ? new(text.ToString(), [.. tokens], reason, usage)
            : throw new LaminaException("generate", "The stream ended without a finish reason.");
    }
}
