using System.Collections.Immutable;

namespace Lamina.Quantization;

/// <summary>A model that was quantized.</summary>
public sealed record QuantizationResult
{
    /// <summary>The files, in order: one, or as many as the source has.</summary>
    public required ImmutableArray<string> Files { get; init; }

    /// <summary>What became of each tensor.</summary>
    public required QuantizationPlan Plan { get; init; }

    /// <summary>Bytes of the files.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Whether every weight has the value that it had: so BF16 can be of a source in F16, where that came from BF16.</summary>
    public required bool IsLossless { get; init; }
}
