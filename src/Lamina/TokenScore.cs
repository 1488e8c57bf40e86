namespace Lamina;

/// <summary>How likely the model holds one token of a text.</summary>
/// <param name="Token">The token.</param>
/// <param name="Text">Its text; a part of a character shows as U+FFFD.</param>
/// <param name="LogProbability">
/// The natural logarithm of its probability given all before it, 0 at the most; null for a first token that nothing
/// comes before.
/// </param>
public readonly record struct TokenScore(int Token, string Text, float? LogProbability);
