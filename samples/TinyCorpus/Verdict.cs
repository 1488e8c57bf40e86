namespace TinyCorpus;

/// <summary>What a program says of an answer.</summary>
/// <param name="IsWellFormed">The answer has the form that the task asks for.</param>
/// <param name="IsCorrect">It is right as well.</param>
public readonly record struct Verdict(bool IsWellFormed, bool IsCorrect);
