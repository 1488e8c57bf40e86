namespace Lamina.Quantization;

/// <summary>Stub.</summary>
public sealed class ImportanceMatrix
{
    internal string? Name { get; set; }

    /// <summary>Stub.</summary>
    /// <param name="tensor">x.</param>
    /// <param name="importance">y.</param>
    /// <returns>z.</returns>
    public bool TryGet(string tensor, out ReadOnlySpan<float> importance)
    {
        importance = default;
        _ = Name;
        return false;
    }
}
