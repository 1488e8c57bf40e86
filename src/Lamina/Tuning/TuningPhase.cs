namespace Lamina.Tuning;

/// <summary>What a tuner is at.</summary>
public enum TuningPhase
{
    /// <summary>It tries settings, and drops the slower ones.</summary>
    Search,

    /// <summary>It compares the last few with the baseline, in fresh rounds.</summary>
    Comparison,
}
