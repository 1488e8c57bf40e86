using System.Collections.Immutable;

namespace Lamina.Quantization.Quality;

/// <summary>A model's line of a quality report.</summary>
public sealed record ModelQuality
{
    /// <summary>The model's name in the report.</summary>
    public required string Label { get; init; }

    /// <summary>The type of most weights: <c>Q4_K_M</c>.</summary>
    public required string FileType { get; init; }

    /// <summary>Size of the weights, in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Number of weights.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Bits that a weight takes on average, with scales and all; 0 where the number of weights is not known.</summary>
    public double BitsPerWeight => ParameterCount == 0 ? 0 : 8d * SizeBytes / ParameterCount;

    /// <summary>The perplexity on the text: the exponential of the mean negative log-probability of its next tokens.</summary>
    public required Estimate Perplexity { get; init; }

    /// <summary>How far it is from the source; null for the source itself.</summary>
    public DivergenceFigures? Divergence { get; init; }

    /// <summary>How fast it is; null where that was not measured.</summary>
    public SpeedFigures? Speed { get; init; }

    /// <summary>How it did at the checks, those that do not apply to it left out.</summary>
    public ImmutableArray<CheckScore> Checks { get; init; } = [];

    /// <summary>The checks that do not apply to it, with the reason.</summary>
    public ImmutableArray<string> SkippedChecks { get; init; } = [];
}
