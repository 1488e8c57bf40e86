namespace Lamina.Sampling;

/// <summary>Which algorithm of Basu et al. (2020) holds the surprise of a text.</summary>
public enum MirostatAlgorithm
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The first: <see cref="MirostatSampler"/>.</summary>
    First = 1,

    /// <summary>The second: <see cref="Mirostat2Sampler"/>.</summary>
    Second = 2,
}
