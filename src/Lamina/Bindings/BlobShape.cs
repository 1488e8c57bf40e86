using System.Buffers.Binary;
using Lamina.Runtime;

namespace Lamina.Bindings;

/// <summary>
/// What a native state of one sequence consists of, apart from the cells themselves: one or two attention caches, then
/// a recurrent section. Read off the state of an empty sequence, which has all of it but cells.
/// </summary>
/// <param name="Caches">Number of attention caches: 0 to 2, the second one of a sliding window.</param>
/// <param name="CellBytes">Bytes that say of one cell which it is.</param>
/// <param name="Recurrent">
/// What the recurrent section says after its cell: types and row sizes, without the rows. Empty where there is none.
/// </param>
internal sealed record BlobShape(int Caches, int CellBytes, ReadOnlyMemory<byte> Recurrent)
{
    public const uint Magic = 0xaf143cd8;

    /// <summary>Bytes of the magic number and the sequence's id.</summary>
    public const int HeaderBytes = 2 * sizeof(int);

    /// <summary>Bytes of the flag and the number of layers at the start of <see cref="Recurrent"/>.</summary>
    public const int RecurrentCountBytes = 2 * sizeof(uint);

    /// <summary>Bytes of the type and the size of each row that follow them.</summary>
    public const int RecurrentRowBytes = sizeof(int) + sizeof(ulong);

    /// <summary>Position, number of ids, and id.</summary>
    private const int PlainCellBytes = 3 * sizeof(int);

    /// <summary>Between them, where positions are of several numbers: two more of these, and the token.</summary>
    private const int ExtendedCellBytes = 6 * sizeof(int);

    /// <summary>Room for the counts of all streams but one; native code knows 256 at the most.</summary>
    private const int StreamReserve = 255 * sizeof(uint);

    /// <summary>Bytes of a cell between the number of ids and the id.</summary>
    public int ExtraCellBytes => CellBytes - PlainCellBytes;

    /// <summary>
    /// Unused bytes on both sides of a state. With them the most common state, one attention cache, is copied out and
    /// in as it is, whatever the number of streams that native code writes or expects around it.
    /// </summary>
    public int Reserve => Caches == 1 && Recurrent.IsEmpty ? StreamReserve : 0;

    /// <summary>Bytes that native code writes for other streams, which are empty.</summary>
    /// <param name="streams">The streams of the decoder's cache.</param>
    public int OtherStreamBytes(int streams) => Caches * (streams - 1) * sizeof(uint);

    /// <summary>Reads the shape off the state of an empty sequence.</summary>
    /// <param name="empty">What native code wrote.</param>
    /// <param name="streams">The streams of the decoder's cache.</param>
    /// <param name="kind">The model's memory.</param>
    /// <param name="isExtended">Whether its positions are of several numbers.</param>
    /// <param name="shape">The shape; null where it is not one that is known.</param>
    /// <returns>Why it is not known, or null.</returns>
    public static string? Recognise(
        ReadOnlySpan<byte> empty, int streams, MemoryKind kind, bool isExtended, out BlobShape? shape)
    {
        shape = null;
        if (empty.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(empty) != Magic)
        {
            return "it does not begin as a state does";
        }

        var rest = empty[HeaderBytes..];
        var cacheBytes = (1 + streams) * sizeof(uint);
        var caches = 0;
        while (rest.Length >= cacheBytes && IsEmptyCache(rest[..cacheBytes], streams))
        {
            caches++;
            rest = rest[cacheBytes..];
        }

        var isRecurrent = IsRecurrent(rest);
        var isKnown = kind switch
        {
            MemoryKind.Attention => caches == 1 && rest.IsEmpty,
            MemoryKind.SlidingWindow => caches is 1 or 2 && rest.IsEmpty,
            MemoryKind.Recurrent => caches == 0 && isRecurrent,
            MemoryKind.Hybrid => caches is 1 or 2 && isRecurrent,
            _ => false,
        };
        if (!isKnown)
        {
            return $"it has {caches} caches and {rest.Length} bytes of other memory, which a model of the kind {kind} "
                + "is not known to have";
        }

        shape = new(
            caches,
            isExtended ? ExtendedCellBytes : PlainCellBytes,
            isRecurrent ? rest[sizeof(uint)..].ToArray() : default);
        return null;
    }

    /// <summary>
    /// Whether it is a recurrent section without cells: their number; a flag and the number of layers; the type of
    /// each row, which is F32 (0), and its size.
    /// </summary>
    private static bool IsRecurrent(ReadOnlySpan<byte> section)
    {
        if (section.Length < sizeof(uint) + RecurrentCountBytes
            || (section.Length - sizeof(uint) - RecurrentCountBytes) % RecurrentRowBytes != 0
            || section[..(2 * sizeof(uint))].ContainsAnyExcept((byte)0))
        {
            return false;
        }

        for (var row = sizeof(uint) + RecurrentCountBytes; row < section.Length; row += RecurrentRowBytes)
        {
            if (BinaryPrimitives.ReadInt32LittleEndian(section[row..]) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsEmptyCache(ReadOnlySpan<byte> cache, int streams) =>
        BinaryPrimitives.ReadUInt32LittleEndian(cache) == streams
        && !cache[sizeof(uint)..].ContainsAnyExcept((byte)0);
}
