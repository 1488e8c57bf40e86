using System.Collections.Immutable;

namespace Lamina.Tuning;

/// <summary>Options that a tuner measured.</summary>
public sealed record TunedSetting
{
    /// <summary>How they differ from the baseline, in a few words.</summary>
    public required string Label { get; init; }

    /// <summary>The options.</summary>
    public required EngineOptions Options { get; init; }

    /// <summary>Tokens a second of each of the report's loads, in their order: medians. Empty where it was never measured.</summary>
    public required ImmutableArray<double> Speeds { get; init; }

    /// <summary>
    /// How many times as fast it is as the baseline: the median over rounds, each held against the turns of the baseline right
    /// before and after. NaN where it was never measured.
    /// </summary>
    public required double Ratio { get; init; }

    /// <summary>
    /// Half of what lies between the quartiles of the rounds' ratios; of the baseline, of its own turns, which says how much the
    /// machine varies.
    /// </summary>
    public required double Spread { get; init; }

    /// <summary>The rounds that the figures are of.</summary>
    public required int Rounds { get; init; }

    /// <summary>Whether the figures are of the comparison at the end, in rounds that had no part in choosing it.</summary>
    public required bool IsFinalist { get; init; }

    /// <summary>Why it could not be run; null where it could.</summary>
    public string? Failure { get; init; }
}
