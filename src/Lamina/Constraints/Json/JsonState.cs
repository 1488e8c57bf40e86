namespace Lamina.Constraints.Json;

/// <summary>How far a document has come. Immutable.</summary>
internal abstract class JsonState
{
    /// <summary>Whether the document is whole.</summary>
    public virtual bool IsEnd => false;

    /// <summary>The bytes that may come next, all of them and perhaps others; null for any. Spellings by escapes are left out.</summary>
    public virtual byte[]? Candidates => null;

    /// <summary>The state after a byte; null where it cannot come.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="before">The text of the document before it, where that is kept.</param>
    /// <param name="after">The text of the document with it, where that is kept.</param>
    public abstract JsonState? Accept(byte value, Trail? before, Trail? after);
}
