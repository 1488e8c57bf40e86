using System.Runtime.InteropServices;
using Lamina.Constraints.Patterns;

namespace Lamina.Constraints;

/// <summary>The first bytes of a character in UTF-8.</summary>
/// <param name="Bits">The bits of the character that they hold.</param>
/// <param name="Remaining">How many bytes are still to come.</param>
/// <param name="Least">The least character that has so many bytes.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Utf8Prefix(int Bits, int Remaining, int Least)
{
    /// <summary>The lowest character that begins so.</summary>
    public int First => Math.Max(Bits << (6 * Remaining), Least);

    /// <summary>The highest character that begins so.</summary>
    public int Last => Math.Min(((Bits + 1) << (6 * Remaining)) - 1, CodePointSet.Last);

    /// <summary>Whether any character begins so; surrogates are none.</summary>
    private bool IsPossible => First <= Last && !(First >= 0xD800 && Last <= 0xDFFF);

    /// <summary>A character of several bytes; null where none begins with this.</summary>
    public static Utf8Prefix? Begin(byte value) => value switch
    {
        >= 0xC2 and < 0xE0 => new(value & 0x1F, 1, 0x80),
        >= 0xE0 and < 0xF0 => new(value & 0x0F, 2, 0x800),
        >= 0xF0 and < 0xF5 => new(value & 0x07, 3, 0x10000),
        _ => null,
    };

    /// <summary>With a byte more; null where that cannot follow.</summary>
    public Utf8Prefix? Append(byte value)
    {
        var next = this with { Bits = (Bits << 6) | (value & 0x3F), Remaining = Remaining - 1 };
        return (value & 0xC0) == 0x80 && next.IsPossible ? next : null;
    }
}
