using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Lamina.Runtime;

namespace Lamina.Workers;

/// <summary>
/// The tokenizer of a worker's model. What its tokens are is here; text is turned into tokens there, and whoever asks
/// waits for it.
/// </summary>
internal sealed class WorkerTokenizer : ITokenizer
{
    private readonly WorkerClient _client;
    private readonly Vocabulary _vocabulary;
    private readonly int[] _ends;
    private readonly byte[] _text;
    private readonly TokenKinds[] _kinds;

    /// <summary>Creates it.</summary>
    /// <param name="client">Who turns text into tokens.</param>
    /// <param name="vocabulary">What the tokenizer says of itself.</param>
    /// <param name="tokens">The tokens, as <see cref="Write"/> gave them.</param>
    public WorkerTokenizer(WorkerClient client, Vocabulary vocabulary, ReadOnlySpan<byte> tokens)
    {
        _client = client;
        _vocabulary = vocabulary;
        var size = vocabulary.Size * sizeof(int);
        _ends = MemoryMarshal.Cast<byte, int>(tokens[..size]).ToArray();
        _kinds = MemoryMarshal.Cast<byte, TokenKinds>(tokens[size..(2 * size)]).ToArray();
        _text = tokens[(2 * size)..].ToArray();
    }

    public int VocabularySize => _vocabulary.Size;

    public ImmutableArray<int> Prefix => _vocabulary.Prefix;

    public ImmutableArray<int> Suffix => _vocabulary.Suffix;

    public ImmutableArray<int> PairSeparator => _vocabulary.PairSeparator;

    public ImmutableArray<int> ControlTokens => _vocabulary.ControlTokens;

    public int? BeginOfText => _vocabulary.BeginOfText;

    public int? EndOfText => _vocabulary.EndOfText;

    public int? EndOfTurn => _vocabulary.EndOfTurn;

    /// <summary>The tokens of a tokenizer: where the bytes of each end, its kind, and all bytes.</summary>
    public static (Vocabulary Vocabulary, byte[] Tokens) Write(ITokenizer tokenizer)
    {
        var ends = new int[tokenizer.VocabularySize];
        var kinds = new TokenKinds[ends.Length];
        var text = new List<byte>();
        for (var token = 0; token < ends.Length; token++)
        {
            text.AddRange(tokenizer.GetBytes(token));
            ends[token] = text.Count;
            kinds[token] = tokenizer.GetKind(token);
        }

        var vocabulary = new Vocabulary(
            tokenizer.VocabularySize,
            tokenizer.Prefix,
            tokenizer.Suffix,
            tokenizer.PairSeparator,
            tokenizer.ControlTokens,
            tokenizer.BeginOfText,
            tokenizer.EndOfText,
            tokenizer.EndOfTurn);
        return (vocabulary, [.. MemoryMarshal.AsBytes(ends.AsSpan()), .. MemoryMarshal.AsBytes(kinds.AsSpan()), .. text]);
    }

    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 0 ? [] : ((WorkerMessage.Encoded)_client.Call(new WorkerMessage.Encode(text)).Message).Tokens;
    }

    public ReadOnlySpan<byte> GetBytes(int token)
    {
        ThrowIfUnknown(token);
        return _text.AsSpan((token == 0 ? 0 : _ends[token - 1]).._ends[token]);
    }

    public TokenKinds GetKind(int token)
    {
        ThrowIfUnknown(token);
        return _kinds[token];
    }

    private void ThrowIfUnknown(int token)
    {
        if ((uint)token >= (uint)VocabularySize)
        {
            throw new ArgumentOutOfRangeException(nameof(token), token, $"The model's tokens go from 0 to {VocabularySize - 1}.");
        }
    }
}
