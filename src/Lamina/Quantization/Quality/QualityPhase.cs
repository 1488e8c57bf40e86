namespace Lamina.Quantization.Quality;

/// <summary>What a quality report is doing.</summary>
public enum QualityPhase
{
    /// <summary>It measures how fast a model is.</summary>
    Speed,

    /// <summary>A model reads the text.</summary>
    Text,

    /// <summary>A model goes through the checks.</summary>
    Checks,
}
