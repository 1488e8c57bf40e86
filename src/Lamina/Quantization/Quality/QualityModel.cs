namespace Lamina.Quantization.Quality;

/// <summary>A model that a quality report is of.</summary>
/// <param name="Label">Its name in the report: <c>Q4_K_M</c>.</param>
/// <param name="Path">Its GGUF file; of a model in several parts, the first.</param>
public sealed record QualityModel(string Label, string Path);
