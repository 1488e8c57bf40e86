using System.Collections.Immutable;

namespace Lamina.Workers;

/// <summary>What a tokenizer says of itself; the bytes and the kinds of its tokens come beside it.</summary>
/// <param name="Size">Number of tokens.</param>
/// <param name="Prefix">Tokens before every text.</param>
/// <param name="Suffix">Tokens after every text.</param>
/// <param name="PairSeparator">Tokens between a query and a document.</param>
/// <param name="ControlTokens">The control tokens.</param>
/// <param name="BeginOfText">The token that begins a text.</param>
/// <param name="EndOfText">The token that ends a text.</param>
/// <param name="EndOfTurn">The token that ends a turn.</param>
internal sealed record Vocabulary(
    int Size,
    ImmutableArray<int> Prefix,
    ImmutableArray<int> Suffix,
    ImmutableArray<int> PairSeparator,
    ImmutableArray<int> ControlTokens,
    int? BeginOfText,
    int? EndOfText,
    int? EndOfTurn);
