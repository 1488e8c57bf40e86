namespace Lamina.Tuning;

/// <summary>How far a tuner is. New settings may come up on the way.</summary>
/// <param name="Phase">What it is at.</param>
/// <param name="Done">Settings that are measured in this round.</param>
/// <param name="Total">Settings of this round.</param>
/// <param name="Tried">Settings that were tried so far, over all rounds.</param>
/// <param name="Best">The fastest so far.</param>
/// <param name="BestRatio">Its speed as a multiple of the baseline's, so far.</param>
public sealed record TuningProgress(TuningPhase Phase, int Done, int Total, int Tried, string Best, double BestRatio);
