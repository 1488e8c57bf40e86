namespace Lamina.Tuning.Roofline;

/// <summary>What a computation waits for.</summary>
public enum RooflineLimit
{
    /// <summary>Bytes from memory: fewer bits, or more tokens at once, make it faster.</summary>
    Memory,

    /// <summary>Arithmetic: what multiplies faster makes it faster.</summary>
    Arithmetic,
}
