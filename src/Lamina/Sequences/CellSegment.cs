namespace Lamina.Sequences;

/// <summary>Cells that the same sequences share. Where they part, each goes on in a segment below.</summary>
/// <param name="parent">The segment before it, or null for the first.</param>
/// <param name="end">The cells up to its end.</param>
internal sealed class CellSegment(CellSegment? parent, int end)
{
    /// <summary>The segment before it, or null for the first.</summary>
    public CellSegment? Parent { get; set; } = parent;

    /// <summary>The cells up to its end, those of the segments before it among them.</summary>
    public int End { get; set; } = end;

    /// <summary>The cells before it.</summary>
    public int Start => Parent?.End ?? 0;

    /// <summary>The sequences that end with it, and the segments after it.</summary>
    public int References { get; set; } = 1;
}
