using Lamina.Tokens;

namespace TinyCorpus;

/// <summary>A text to learn from: pieces of text and control tokens.</summary>
public sealed class Document
{
    /// <summary>The token that ends a plain text.</summary>
    public const string EndOfText = "<|endoftext|>";

    /// <summary>The token that starts a message of a chat.</summary>
    public const string MessageStart = "<|im_start|>";

    /// <summary>The token that ends a message of a chat.</summary>
    public const string MessageEnd = "<|im_end|>";

    private readonly List<Piece> _pieces = [];

    /// <summary>The control tokens of all documents.</summary>
    public static IReadOnlyList<string> ControlTokens { get; } = [EndOfText, MessageStart, MessageEnd];

    /// <summary>Its pieces, in order.</summary>
    public IReadOnlyList<Piece> Pieces => _pieces;

    /// <summary>Adds text that a model should learn to say.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The same document.</returns>
    internal Document Say(string text) => Add(new(text, IsControl: false, IsLearned: true));

    /// <summary>Adds text that is given.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The same document.</returns>
    internal Document Give(string text) => Add(new(text, IsControl: false, IsLearned: false));

    /// <summary>Adds a control token.</summary>
    /// <param name="token">One of <see cref="ControlTokens"/>.</param>
    /// <param name="isLearned">Whether a model should learn to say it.</param>
    /// <returns>The same document.</returns>
    internal Document Control(string token, bool isLearned) => Add(new(token, IsControl: true, isLearned));

    /// <summary>The document for a model to read: its control tokens are such, its text is text whatever it holds.</summary>
    public Prompt ToPrompt() => _pieces.Aggregate(
        Prompt.Empty, static (all, piece) => all + (piece.IsControl ? Prompt.FromMarkup(piece.Text) : piece.Text));

    /// <summary>The document as one text.</summary>
    public override string ToString() => string.Concat(_pieces.Select(piece => piece.Text));

    private Document Add(Piece piece)
    {
        _pieces.Add(piece);
        return this;
    }
}
