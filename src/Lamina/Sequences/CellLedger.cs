namespace Lamina.Sequences;

/// <summary>
/// Counts the KV cells that sequences use which share the cells of their common beginnings. It keeps a tree of
/// segments of cells; a sequence has those from the root to its own. Belongs to one thread.
/// </summary>
internal sealed class CellLedger
{
    /// <summary>The cells in use, each counted once however many sequences share it.</summary>
    public long Used { get; internal set; }

    /// <summary>The cells of a new sequence: none yet.</summary>
    public CellRange Open() => new(this, null);
}
