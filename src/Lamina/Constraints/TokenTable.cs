using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Constraints;

/// <summary>The texts of a vocabulary, sorted, so that tokens which begin alike are checked together. Immutable.</summary>
internal sealed class TokenTable
{
    private readonly ITokenizer _tokenizer;
    private readonly int[] _tokens;  // those that stand for text, by their bytes
    private readonly int[] _common;  // how many first bytes each has in common with the one before it
    private readonly int[] _ends;
    private readonly int _longest;

    public TokenTable(ITokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        var all = Enumerable.Range(0, tokenizer.VocabularySize).ToArray();
        _ends = [.. all.Where(IsEnd)];
        _tokens = [.. all.Where(token => !IsEnd(token) && tokenizer.GetText(token).Length > 0)];
        Array.Sort(_tokens, (a, b) => tokenizer.GetBytes(a).SequenceCompareTo(tokenizer.GetBytes(b)));
        _common = new int[_tokens.Length];
        for (var i = 1; i < _tokens.Length; i++)
        {
            _common[i] = tokenizer.GetBytes(_tokens[i]).CommonPrefixLength(tokenizer.GetBytes(_tokens[i - 1]));
        }

        _longest = _tokens.Length == 0 ? 0 : _tokens.Max(token => tokenizer.GetBytes(token).Length);
    }

    /// <summary>Whether a token ends an answer.</summary>
    public bool IsEnd(int token) => _tokenizer.GetKind(token).HasFlag(TokenKinds.EndOfGeneration);

    /// <summary>The state after a token; null where it cannot come. A token that ends the answer leaves the state as it is.</summary>
    public TextState? Accept(TextState state, int token)
    {
        if (IsEnd(token))
        {
            return state.CanEnd ? state : null;
        }

        var bytes = _tokenizer.GetText(token);
        var next = bytes.Length > 0 ? state : null;
        for (var i = 0; next is not null && i < bytes.Length; i++)
        {
            next = next.Accept(bytes[i]);
        }

        return next;
    }

    /// <summary>Rules out the tokens that cannot come.</summary>
    /// <param name="state">Where the text is.</param>
    /// <param name="logits">Of each token; those that cannot come get negative infinity.</param>
    public void Mask(TextState state, Span<float> logits)
    {
        var allowed = new bool[logits.Length];
        foreach (var end in state.CanEnd ? _ends : [])
        {
            allowed[end] = true;
        }

        var states = new TextState[_longest + 1];
        states[0] = state;
        var reached = 0; // how many bytes of the token before could come
        for (var i = 0; i < _tokens.Length; i++)
        {
            if (_common[i] > reached)
            {
                continue; // it has the byte that could not
            }

            var bytes = _tokenizer.GetBytes(_tokens[i]);
            for (reached = _common[i]; reached < bytes.Length && states[reached].Accept(bytes[reached]) is { } next; reached++)
            {
                states[reached + 1] = next;
            }

            allowed[_tokens[i]] = reached == bytes.Length;
        }

        for (var token = 0; token < allowed.Length; token++)
        {
            logits[token] = allowed[token] ? logits[token] : float.NegativeInfinity;
        }
    }
}
