namespace Lamina.Quantization.Quality;

/// <summary>How a model did at a check, or at one part of it.</summary>
/// <param name="Name">What was asked for.</param>
/// <param name="Questions">How many questions there were.</param>
/// <param name="Count">At how many of them it came.</param>
/// <param name="Changed">
/// At how many it came of the model and not of the source, or the other way around: equal rates can hide many of these.
/// Dutta et al. (2024), "Accuracy is Not All You Need". Null for the source.
/// </param>
public sealed record CheckScore(string Name, int Questions, int Count, int? Changed)
{
    /// <summary>The share of questions at which it came, from 0 to 1; 0 where there are none.</summary>
    public double Rate => Questions == 0 ? 0 : (double)Count / Questions;

    /// <summary>Counts a model's answers.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="source">The source's to the same questions, or null.</param>
    internal static CheckScore Of(CheckAnswers answers, CheckAnswers? source) => new(
        answers.Name,
        answers.Outcomes.Length,
        answers.Outcomes.Count(outcome => outcome),
        source is null ? null : answers.Outcomes.Zip(source.Outcomes).Count(pair => pair.First != pair.Second));
}
