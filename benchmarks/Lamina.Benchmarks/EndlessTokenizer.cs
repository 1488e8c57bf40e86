using System.Collections.Immutable;
using Lamina.Runtime;

namespace Lamina.Benchmarks;

/// <summary>A tokenizer none of whose tokens ends an answer, so that every stream is as long as it was asked to be.</summary>
internal sealed class EndlessTokenizer(ITokenizer inner) : ITokenizer
{
    public int VocabularySize => inner.VocabularySize;

    public ImmutableArray<int> Prefix => inner.Prefix;

    public ImmutableArray<int> Suffix => inner.Suffix;

    public ImmutableArray<int> PairSeparator => inner.PairSeparator;

    public ImmutableArray<int> ControlTokens => inner.ControlTokens;

    public int? BeginOfText => inner.BeginOfText;

    public int? EndOfText => inner.EndOfText;

    public int? EndOfTurn => inner.EndOfTurn;

    public int[] Encode(string text) => inner.Encode(text);

    public ReadOnlySpan<byte> GetBytes(int token) => inner.GetBytes(token);

    public TokenKinds GetKind(int token) => inner.GetKind(token) & ~TokenKinds.EndOfGeneration;
}
