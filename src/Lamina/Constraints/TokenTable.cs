using System.Collections.Concurrent;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Constraints;

/// <summary>The texts of a vocabulary, and the names of its control tokens, sorted, so that tokens which begin alike are checked together. Immutable, but for what it remembers.</summary>
internal sealed class TokenTable
{
    /// <summary>What the name of a control token stands behind, so that it is no text: a byte that UTF-8 does not have.</summary>
    public const byte ControlMark = 0xFF;

    /// <summary>More texts than this are not remembered.</summary>
    private const int MostEncoded = 1000;

    private readonly ITokenizer _tokenizer;
    private readonly ConcurrentDictionary<string, int[]> _encoded = new(StringComparer.Ordinal);
    private readonly Dictionary<int, byte[]> _controls; // the marked names of control tokens
    private readonly int[] _tokens;  // those that do not end an answer, by their bytes
    private readonly int[] _common;  // how many first bytes each has in common with the one before it
    private readonly int[] _ends;
    private readonly int _longest;

    public TokenTable(ITokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        var all = Enumerable.Range(0, tokenizer.VocabularySize).ToArray();
        _ends = [.. all.Where(IsEnd)];
        _controls = tokenizer.ControlTokens.Where(token => !IsEnd(token)).ToDictionary(token => token, token => (byte[])[ControlMark, .. tokenizer.GetBytes(token)]);
        _tokens = [.. all.Where(token => !IsEnd(token) && BytesOf(token).Length > 0)];
        Array.Sort(_tokens, (a, b) => BytesOf(a).SequenceCompareTo(BytesOf(b)));
        _common = new int[_tokens.Length];
        for (var i = 1; i < _tokens.Length; i++)
        {
            _common[i] = BytesOf(_tokens[i]).CommonPrefixLength(BytesOf(_tokens[i - 1]));
        }

        _longest = _tokens.Length == 0 ? 0 : _tokens.Max(token => BytesOf(token).Length);
    }

    /// <summary>Whether a token ends an answer.</summary>
    public bool IsEnd(int token) => _tokenizer.GetKind(token).HasFlag(TokenKinds.EndOfGeneration);

    /// <summary>The text of a token, or its name behind the mark where it is a control token.</summary>
    public ReadOnlySpan<byte> BytesOf(int token) => _controls.TryGetValue(token, out var control) ? control : _tokenizer.GetBytes(token);

    /// <summary>The tokens of a text. The same texts are asked for again and again: those that a form is made of.</summary>
    public int[] Encode(string text)
    {
        if (!_encoded.TryGetValue(text, out var tokens))
        {
            if (_encoded.Count >= MostEncoded)
            {
                _encoded.Clear();
            }

            _encoded[text] = tokens = _tokenizer.Encode(text);
        }

        return tokens;
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

            var bytes = BytesOf(_tokens[i]);
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
