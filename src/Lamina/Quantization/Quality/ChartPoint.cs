namespace Lamina.Quantization.Quality;

/// <summary>A model in a picture.</summary>
/// <param name="Label">Its name.</param>
/// <param name="X">Its place along the lower axis.</param>
/// <param name="Y">Its place along the left axis.</param>
internal readonly record struct ChartPoint(string Label, double X, double Y);
