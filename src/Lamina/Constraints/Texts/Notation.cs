namespace Lamina.Constraints.Texts;

/// <summary>Reads a text byte by byte as another that it stands for. Immutable.</summary>
internal abstract class Notation
{
    /// <summary>Whether the text is whole as it is.</summary>
    public abstract bool IsWhole { get; }

    /// <summary>Whether what was begun, and not handed on yet, can come.</summary>
    /// <param name="inner">The other text, as far as it has come.</param>
    public virtual bool CanGoOn(TextState inner) => true;

    /// <summary>Reads a byte.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="text">What it stands for; may be empty.</param>
    /// <returns>How to go on; null where the byte cannot come.</returns>
    public abstract Notation? Read(byte value, out ReadOnlySpan<byte> text);
}
