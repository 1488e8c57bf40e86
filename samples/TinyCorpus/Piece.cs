namespace TinyCorpus;

/// <summary>A part of a document.</summary>
/// <param name="Text">The text; of a control piece, the name of the control token.</param>
/// <param name="IsControl">Whether it is a control token.</param>
/// <param name="IsLearned">Whether a model should learn to say it; what users say, and random lists, it only reads.</param>
public readonly record struct Piece(string Text, bool IsControl, bool IsLearned);
