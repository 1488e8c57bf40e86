namespace Lamina.Constraints;

/// <summary>How far a text has come that has to have a form. Immutable.</summary>
internal abstract class TextState
{
    private static readonly byte[] AllBytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    /// <summary>The bytes that may come next, all of them and perhaps others; of several spellings of the same one will do.</summary>
    protected virtual ReadOnlySpan<byte> Candidates => AllBytes;

    /// <summary>Whether the text is whole as it is.</summary>
    public abstract bool CanEnd { get; }

    /// <summary>The state after a byte of UTF-8; null where that byte cannot come.</summary>
    public abstract TextState? Accept(byte value);

    /// <summary>How many bytes can come next: none, one, or more. Of several spellings of the same one counts.</summary>
    /// <param name="only">The byte, where it is the only one.</param>
    /// <param name="next">The state after it; null where none can come.</param>
    /// <returns>0, 1 or 2.</returns>
    public int CountNext(out byte only, out TextState? next)
    {
        (only, next) = (0, null);
        var found = 0;
        foreach (var value in Candidates)
        {
            if (Accept(value) is { } after)
            {
                (only, next) = (value, after);
                if (++found == 2)
                {
                    break;
                }
            }
        }

        return found;
    }
}
