namespace Lamina.Quantization.Quality;

/// <summary>How far a model's next-token distributions are from its source's, on the same text.</summary>
/// <remarks>
/// The divergence is that of Kullback and Leibler (1951), Σ p·ln(p/q) over the vocabulary in nats, with p of the source and
/// q of the model: 0 where they are the same. The text's mean hides rare blunders, which the 99th percentile and the
/// maximum show.
/// </remarks>
public sealed record DivergenceFigures
{
    /// <summary>The mean divergence, in nats a token.</summary>
    public required Estimate Mean { get; init; }

    /// <summary>The divergence that one token of a hundred exceeds, in nats.</summary>
    public required double Percentile99 { get; init; }

    /// <summary>The largest divergence, in nats.</summary>
    public required double Maximum { get; init; }

    /// <summary>Share of tokens where both hold the same next token most probable, from 0 to 1.</summary>
    public required double TopAgreement { get; init; }

    /// <summary>The model's perplexity divided by the source's.</summary>
    public required Estimate PerplexityRatio { get; init; }

    /// <summary>
    /// How much more probable the model holds the text's next token on average, from -1 to 1; usually a loss, below 0.
    /// </summary>
    public required Estimate ProbabilityChange { get; init; }
}
