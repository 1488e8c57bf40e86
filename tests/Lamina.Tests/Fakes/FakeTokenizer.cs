using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Lamina.Runtime;

namespace Lamina.Tests.Fakes;

/// <summary>A token for each byte, then one for each word given (the longest word wins), then the control tokens.</summary>
internal sealed class FakeTokenizer : ITokenizer
{
    private readonly byte[][] _bytes;
    private readonly Dictionary<int, TokenKinds> _kinds = [];
    private readonly int _wordsEnd;

    /// <param name="words">Texts that are one token each.</param>
    /// <param name="controls">Control tokens by name. <c>&lt;end&gt;</c>, which ends a generation, comes first.</param>
    public FakeTokenizer(IEnumerable<string>? words = null, params (string Name, TokenKinds Kinds)[] controls)
    {
        (string Name, TokenKinds Kinds)[] all = [("<end>", TokenKinds.EndOfGeneration), .. controls];
        var bytes = Enumerable.Range(0, 256).Select(value => new[] { (byte)value }).ToList();
        bytes.AddRange((words ?? []).Select(Encoding.UTF8.GetBytes));
        _wordsEnd = bytes.Count;
        foreach (var (name, kinds) in all)
        {
            _kinds.Add(bytes.Count, kinds | TokenKinds.Control);
            bytes.Add(Encoding.UTF8.GetBytes(name));
        }

        _bytes = [.. bytes];
        ControlTokens = [.. _kinds.Keys];
    }

    /// <summary>Every text that <see cref="Encode"/> was given.</summary>
    public ConcurrentQueue<string> Encoded { get; } = [];

    public int VocabularySize => _bytes.Length;

    public ImmutableArray<int> Prefix { get; init; } = [];

    public ImmutableArray<int> Suffix { get; init; } = [];

    public ImmutableArray<int> PairSeparator { get; init; } = [];

    public ImmutableArray<int> ControlTokens { get; init; }

    public int? BeginOfText => Prefix.IsEmpty ? null : Prefix[0];

    public int? EndOfText => End;

    public int? EndOfTurn => null;

    /// <summary>The token that ends a generation.</summary>
    public int End => this["<end>"];

    /// <summary>The token of a word or of a control token's name.</summary>
    public int this[string text] => Array.FindIndex(_bytes, bytes => bytes.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(text)));

    public int[] Encode(string text)
    {
        Encoded.Enqueue(text);
        return Split(text);
    }

    /// <summary>As <see cref="Encode"/>, unrecorded.</summary>
    public int[] Split(string text)
    {
        var tokens = new List<int>();
        for (ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text); rest.Length > 0; rest = rest[_bytes[tokens[^1]].Length..])
        {
            var best = (int)rest[0];
            for (var word = 256; word < _wordsEnd; word++)
            {
                best = rest.StartsWith(_bytes[word]) && _bytes[word].Length > _bytes[best].Length ? word : best;
            }

            tokens.Add(best);
        }

        return [.. tokens];
    }

    public ReadOnlySpan<byte> GetBytes(int token) => _bytes[Check(token)];

    public TokenKinds GetKind(int token) => _kinds.GetValueOrDefault(Check(token));

    private int Check(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, VocabularySize);
        return token;
    }
}
