using System.Collections.Immutable;

namespace Lamina.Runtime;

/// <summary>Turns text into tokens and tokens into bytes, as the model was trained to read them.</summary>
/// <remarks>Safe for use from several threads at once.</remarks>
public interface ITokenizer
{
    /// <summary>Number of tokens; token ids go from 0 to one less.</summary>
    int VocabularySize { get; }

    /// <summary>Tokens that the model expects before every text, such as BOS or CLS; often empty.</summary>
    ImmutableArray<int> Prefix { get; }

    /// <summary>Tokens that an embedding model expects after every text, such as SEP or EOS; often empty.</summary>
    ImmutableArray<int> Suffix { get; }

    /// <summary>
    /// Tokens that a reranking model expects between a query and a document, such as EOS and SEP; often empty.
    /// </summary>
    ImmutableArray<int> PairSeparator { get; }

    /// <summary>
    /// The control tokens (such as <c>&lt;|im_start|&gt;</c>): they steer the model and never come out of
    /// <see cref="Encode"/>.
    /// </summary>
    ImmutableArray<int> ControlTokens { get; }

    /// <summary>The token that begins a text, whether or not the model expects it: BOS; null where it has none.</summary>
    int? BeginOfText { get; }

    /// <summary>The token that ends a text: EOS; null where it has none.</summary>
    int? EndOfText { get; }

    /// <summary>The token that ends a turn of a chat: EOT; null where it has none.</summary>
    int? EndOfTurn { get; }

    /// <summary>
    /// Tokenizes plain text. What looks like a control token is taken letter by letter; neither
    /// <see cref="Prefix"/> nor <see cref="Suffix"/> is added.
    /// </summary>
    /// <param name="text">The text; unpaired surrogates become U+FFFD.</param>
    /// <returns>The tokens; none for an empty text.</returns>
    int[] Encode(string text);

    /// <summary>The UTF-8 bytes that a token stands for; a token may hold a part of a character.</summary>
    /// <param name="token">From 0 to <see cref="VocabularySize"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    ReadOnlySpan<byte> GetBytes(int token);

    /// <summary>What kind of token it is.</summary>
    /// <param name="token">From 0 to <see cref="VocabularySize"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    TokenKinds GetKind(int token);
}
