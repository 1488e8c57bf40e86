using System.Text;
using Lamina.Runtime;

namespace Lamina.Constraints;

/// <summary>Follows an answer, token by token, to see what can come next.</summary>
/// <param name="table">The vocabulary.</param>
/// <param name="start">Where the answer is.</param>
internal sealed class ConstraintMatcher(TokenTable table, TextState start)
{
    /// <summary>Longer texts that must come are put there in parts.</summary>
    private const int LongestForced = 256;

    private TextState _state = start;

    /// <summary>Whether the answer is whole, and nothing can be added to it.</summary>
    public bool IsOver => _state.CanEnd && _state.CountNext(out _) == 0;

    /// <summary>Whether a token can come next.</summary>
    public bool Allows(int token) => table.Accept(_state, token) is not null;

    /// <summary>Rules out what cannot come next: its logit becomes negative infinity.</summary>
    /// <param name="logits">Of each token.</param>
    public void Mask(Span<float> logits) => table.Mask(_state, logits);

    /// <summary>Takes a token that can come next.</summary>
    public void Accept(int token) => _state = table.Accept(_state, token)
        ?? throw new ArgumentException($"Token {token} cannot come next.", nameof(token));

    /// <summary>The tokens that must come next, whatever the model says.</summary>
    public int[] Forced(ITokenizer tokenizer)
    {
        var bytes = new List<byte>();
        var state = _state;
        while (bytes.Count < LongestForced && !state.CanEnd && state.CountNext(out var only) == 1)
        {
            bytes.Add(only);
            state = state.Accept(only)!;
        }

        // A character that is cut is left to the model; so is the last token, which may be longer than what must come.
        var text = Encoding.UTF8.GetString([.. bytes]);
        var tokens = bytes.Count < 2 || text.Contains('\uFFFD', StringComparison.Ordinal) ? [] : tokenizer.Encode(text);
        var isOver = state.CanEnd && state.CountNext(out _) == 0;
        tokens = isOver || tokens.Length == 0 ? tokens : tokens[..^1];
        return IsText(tokenizer, tokens, bytes) ? tokens : [];
    }

    /// <summary>A matcher that goes on as this one would.</summary>
    public ConstraintMatcher Clone() => new(table, _state);

    /// <summary>Whether tokens are the beginning of a text, byte by byte: some tokenizers put a space before it.</summary>
    private static bool IsText(ITokenizer tokenizer, int[] tokens, List<byte> text)
    {
        var at = 0;
        foreach (var token in tokens)
        {
            foreach (var value in tokenizer.GetBytes(token))
            {
                if (at == text.Count || text[at++] != value)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
