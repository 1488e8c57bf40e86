using System.Collections.Immutable;

namespace Lamina;

/// <summary>Which of several texts a model holds most likely.</summary>
/// <param name="Index">The place of the choice with the highest score, the first of them where several are equal.</param>
/// <param name="Text">Its text.</param>
/// <param name="Scores">All choices with their scores, in the order in which they were given.</param>
public sealed record Choice(int Index, string Text, ImmutableArray<ChoiceScore> Scores);
