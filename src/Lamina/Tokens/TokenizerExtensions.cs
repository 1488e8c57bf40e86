using System.Collections.Immutable;
using System.Text;
using Lamina.Runtime;

namespace Lamina.Tokens;

/// <summary>Conveniences on <see cref="ITokenizer"/>.</summary>
public static class TokenizerExtensions
{
    /// <summary>Tokenizes a prompt, its control tokens included.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="withPrefix">Whether the tokens that the model expects in front are added. Default: true.</param>
    /// <returns>The tokens.</returns>
    /// <exception cref="ArgumentException">The prompt holds a token that is not in the vocabulary.</exception>
    public static int[] Encode(this ITokenizer tokenizer, Prompt prompt, bool withPrefix = true)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(prompt);
        return new PromptEncoder(tokenizer).Encode(prompt, withPrefix);
    }

    /// <summary>Joins the texts of tokens.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="withControlTokens">Whether control tokens are written by their names. Default: false.</param>
    /// <returns>The text; bytes that are no UTF-8 become U+FFFD.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    public static string Decode(
        this ITokenizer tokenizer, ReadOnlySpan<int> tokens, bool withControlTokens = false)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var bytes = new List<byte>(4 * tokens.Length);
        foreach (var token in tokens)
        {
            if (withControlTokens || !tokenizer.GetKind(token).HasFlag(TokenKinds.Control))
            {
                bytes.AddRange(tokenizer.GetBytes(token));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>Finds the tokens with which a model ends its answer.</summary>
    internal static ImmutableArray<int> FindEnds(this ITokenizer tokenizer) =>
    [
        .. Enumerable.Range(0, tokenizer.VocabularySize)
            .Where(token => tokenizer.GetKind(token).HasFlag(TokenKinds.EndOfGeneration)),
    ];

    /// <summary>The bytes that a token adds to an answer's text: none where it is a control token.</summary>
    internal static ReadOnlySpan<byte> GetText(this ITokenizer tokenizer, int token) =>
        tokenizer.GetKind(token).HasFlag(TokenKinds.Control) ? [] : tokenizer.GetBytes(token);
}
