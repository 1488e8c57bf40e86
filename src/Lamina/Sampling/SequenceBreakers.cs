using System.Text;
using Lamina.Runtime;

namespace Lamina.Sampling;

/// <summary>Finds the texts that end a repetition in tokens: whole, or begun at the end of a token.</summary>
internal sealed class SequenceBreakers
{
    private const int LongestText = 40;
    private const int LongestRest = 20;

    private readonly ITokenizer _tokenizer;
    private readonly byte[][] _texts;
    private readonly Dictionary<int, int[][]> _known = [];

    public SequenceBreakers(ITokenizer tokenizer, string[] texts)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var empty = Array.FindIndex(texts, string.IsNullOrEmpty);
        if (empty >= 0)
        {
            throw new ArgumentException($"Breaker {empty} of {texts.Length} was empty; it must have a character at least.", nameof(texts));
        }

        _tokenizer = tokenizer;
        _texts = [.. texts.Select(text => Encoding.UTF8.GetBytes(text)).Select(text => text[..Math.Min(text.Length, LongestText)])];
    }

    private SequenceBreakers(SequenceBreakers other)
    {
        _tokenizer = other._tokenizer;
        _texts = other._texts;
    }

    /// <summary>For another thread: the same texts.</summary>
    public SequenceBreakers Clone() => new(this);

    /// <summary>What has to follow the token for a breaker to be whole: no tokens where it holds one.</summary>
    public int[][] RestsAfter(int token)
    {
        if (!_known.TryGetValue(token, out var rests))
        {
            _known.Add(token, rests = token < _tokenizer.VocabularySize ? Find(token) : []);
        }

        return rests;
    }

    /// <summary>Whether a breaker lies within the token.</summary>
    public bool HoldsOne(int token) => Array.Exists(RestsAfter(token), rest => rest.Length == 0);

    private int[][] Find(int token)
    {
        var bytes = _tokenizer.GetBytes(token);
        var rests = new List<int[]>();
        foreach (var text in _texts)
        {
            if (bytes.IndexOf(text) >= 0)
            {
                rests.Add([]);
                continue;
            }

            // The end of the token may be the beginning of the text.
            for (var length = 1; length < text.Length; length++)
            {
                if (bytes.EndsWith(text.AsSpan(0, length)))
                {
                    rests.Add(Encode(text.AsSpan(length)));
                }
            }
        }

        return [.. rests];
    }

    private int[] Encode(ReadOnlySpan<byte> rest)
    {
        var tokens = _tokenizer.Encode(Encoding.UTF8.GetString(rest));
        return tokens[..Math.Min(tokens.Length, LongestRest)];
    }
}
