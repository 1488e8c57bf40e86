namespace Lamina.Constraints.Json;

/// <summary>Takes the characters of a string, a value or a member's name. Immutable.</summary>
internal abstract class TextSink
{
    /// <summary>The sink after a code point; null where none can come.</summary>
    public abstract TextSink? Next(int codePoint);

    /// <summary>The first bytes of the characters that may come next, all of them and perhaps others; null for any.</summary>
    public virtual IEnumerable<byte>? Candidates() => null;

    /// <summary>Whether any code point from one to another can come.</summary>
    public abstract bool CanTakeAny(int first, int last);

    /// <summary>What comes after the end of the string; null where it cannot end here.</summary>
    /// <param name="trail">The text of the document, with the end.</param>
    public abstract JsonState? End(Trail? trail);
}
