namespace Lamina.Quantization.Quality;

/// <summary>How fast a model is on this machine: medians over rounds in which the models took turns.</summary>
public sealed record SpeedFigures
{
    /// <summary>
    /// From the request to load until the first token is computed, for weights that are mapped are read only then. The
    /// file was mostly in the system's cache, if it is not larger than that.
    /// </summary>
    public required TimeSpan LoadTime { get; init; }

    /// <summary>Tokens a second while reading one prompt.</summary>
    public required double Prefill { get; init; }

    /// <summary>Tokens a second of one text that begins.</summary>
    public required double Decode { get; init; }

    /// <summary>Tokens a second, of all together, of several texts that begin at once.</summary>
    public required double BatchedDecode { get; init; }
}
