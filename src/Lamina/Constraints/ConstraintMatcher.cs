using System.Text;

namespace Lamina.Constraints;

/// <summary>Follows an answer, token by token, to see what can come next.</summary>
/// <param name="table">The vocabulary.</param>
/// <param name="start">Where the answer is.</param>
internal sealed class ConstraintMatcher(TokenTable table, TextState start)
{
    /// <summary>Longer texts that must come are put there in parts.</summary>
    private const int LongestForced = 256;

    /// <summary>More steps than this are not remembered.</summary>
    private const int MostSteps = 1024;

    /// <summary>Steps that were taken lately: the tokens that are checked at one place often begin alike.</summary>
    private readonly Dictionary<(TextState State, byte Value), TextState?> _steps = [];

    private TextState _state = start;

    /// <summary>Whether the answer is whole, and nothing can be added to it.</summary>
    public bool IsOver => _state.CanEnd && _state.CountNext(out _, out _) == 0;

    /// <summary>Whether a token can come next.</summary>
    public bool Allows(int token) => After(token) is not null;

    /// <summary>Rules out what cannot come next: its logit becomes negative infinity.</summary>
    /// <param name="logits">Of each token.</param>
    public void Mask(Span<float> logits) => table.Mask(_state, logits);

    /// <summary>Takes a token that can come next.</summary>
    public void Accept(int token) => _state = After(token)
        ?? throw new ArgumentException($"Token {token} cannot come next.", nameof(token));

    /// <summary>The tokens that must come next, whatever the model says.</summary>
    public int[] Forced()
    {
        var bytes = new List<byte>();
        var state = _state;
        while (bytes.Count < LongestForced && !state.CanEnd && state.CountNext(out var only, out var next) == 1)
        {
            bytes.Add(only);
            Remember(state, only, next);
            state = next!;
        }

        // A character that is cut is left to the model; so is the last token, which may be longer than what must come.
        var text = Encoding.UTF8.GetString([.. bytes]);
        var tokens = bytes.Count < 2 || text.Contains('\uFFFD', StringComparison.Ordinal) ? [] : table.Encode(text);
        var isOver = state.CanEnd && state.CountNext(out _, out _) == 0;
        tokens = isOver || tokens.Length == 0 ? tokens : tokens[..^1];
        return IsText(tokens, bytes) ? tokens : [];
    }

    /// <summary>A matcher that goes on as this one would.</summary>
    public ConstraintMatcher Clone() => new(table, _state);

    /// <summary>The state after a token; null where it cannot come. A token that ends the answer leaves the state as it is.</summary>
    private TextState? After(int token)
    {
        if (table.IsEnd(token))
        {
            return _state.CanEnd ? _state : null;
        }

        var bytes = table.BytesOf(token);
        var state = bytes.Length > 0 ? _state : null;
        for (var i = 0; state is not null && i < bytes.Length; i++)
        {
            state = Step(state, bytes[i]);
        }

        return state;
    }

    private TextState? Step(TextState state, byte value) =>
        _steps.TryGetValue((state, value), out var next) ? next : Remember(state, value, state.Accept(value));

    private TextState? Remember(TextState state, byte value, TextState? next)
    {
        if (_steps.Count == MostSteps)
        {
            _steps.Clear();
        }

        _steps[(state, value)] = next;
        return next;
    }

    /// <summary>Whether tokens are the beginning of a text, byte by byte: some tokenizers put a space before it.</summary>
    private bool IsText(int[] tokens, List<byte> text)
    {
        var at = 0;
        foreach (var token in tokens)
        {
            foreach (var value in table.BytesOf(token))
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
