namespace Lamina.Quantization.Quality;

/// <summary>A model against the source at one token of the text.</summary>
/// <param name="LogProbability">The model's log-probability of the token that the text goes on with.</param>
/// <param name="SourceLogProbability">The source's.</param>
/// <param name="Divergence">How far the distribution is from the source's, in nats.</param>
/// <param name="IsSameTop">Whether both hold the same token most probable.</param>
internal readonly record struct Comparison(
    double LogProbability, double SourceLogProbability, double Divergence, bool IsSameTop);
