using System.Collections.Immutable;

namespace Lamina.Quantization.Quality;

/// <summary>What a model did at the questions of a check, or of one part of it.</summary>
/// <param name="Name">What was asked for: <c>add-3</c>, <c>harmful refused</c>.</param>
/// <param name="Outcomes">For each question, in an order that is the same for all models, whether that came.</param>
public sealed record CheckAnswers(string Name, ImmutableArray<bool> Outcomes);
