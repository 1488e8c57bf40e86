namespace Lamina.Runtime;

/// <summary>What a model keeps of the tokens that it has read, which decides how far a sequence can be edited.</summary>
public enum MemoryKind
{
    /// <summary>Keys and values of every token: a sequence can be cut, trimmed and shifted at will.</summary>
    Attention,

    /// <summary>
    /// Some layers keep the last tokens only: a sequence longer than the window cannot be cut back in place, nor
    /// shifted.
    /// </summary>
    SlidingWindow,

    /// <summary>One state that each token changes: it can be saved and restored, and not otherwise edited.</summary>
    Recurrent,

    /// <summary>Recurrent layers beside attention: as <see cref="Recurrent"/>.</summary>
    Hybrid,
}
