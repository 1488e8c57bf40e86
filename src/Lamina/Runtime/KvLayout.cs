namespace Lamina.Runtime;

/// <summary>How the KV cache is divided between sequences.</summary>
public enum KvLayout
{
    /// <summary>
    /// The engine chooses: <see cref="PerSequence"/> for more than 4 sequences, else <see cref="Shared"/>.
    /// </summary>
    Auto,

    /// <summary>
    /// Each sequence has cells of its own. Many unrelated streams run at full speed; a fork copies its cells.
    /// </summary>
    PerSequence,

    /// <summary>
    /// All sequences share one pool of cells. Forks cost nothing and use the same cells; every token is compared with
    /// the cells of all sequences, so that many streams slow each other down.
    /// </summary>
    Shared,
}
