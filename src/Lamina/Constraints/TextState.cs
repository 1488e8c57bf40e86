namespace Lamina.Constraints;

/// <summary>How far a text has come that has to have a form. Immutable.</summary>
internal abstract class TextState
{
    // Letters, digits and marks first: where two bytes can come, two are soon found.
    private static readonly byte[] Bytes =
        [.. "e \"a1,}]0".Select(c => (byte)c), .. Enumerable.Range(0, 256).Select(value => (byte)value).Where(value => !"e \"a1,}]0".Contains((char)value, StringComparison.Ordinal))];

    /// <summary>Whether the text is whole as it is.</summary>
    public abstract bool CanEnd { get; }

    /// <summary>The state after a byte of UTF-8; null where that byte cannot come.</summary>
    public abstract TextState? Accept(byte value);

    /// <summary>How many bytes can come next: none, one, or more.</summary>
    /// <param name="only">The byte, where it is the only one.</param>
    /// <returns>0, 1 or 2.</returns>
    public int CountNext(out byte only)
    {
        only = 0;
        var found = 0;
        foreach (var value in Bytes)
        {
            if (Accept(value) is not null)
            {
                only = value;
                if (++found == 2)
                {
                    break;
                }
            }
        }

        return found;
    }
}
