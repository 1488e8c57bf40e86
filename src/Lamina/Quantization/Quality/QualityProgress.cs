namespace Lamina.Quantization.Quality;

/// <summary>How far a quality report is.</summary>
/// <param name="Label">The model that it is at.</param>
/// <param name="Phase">What it does with that model.</param>
/// <param name="Part">How much of that is done, from 0 to 1.</param>
public sealed record QualityProgress(string Label, QualityPhase Phase, double Part);
