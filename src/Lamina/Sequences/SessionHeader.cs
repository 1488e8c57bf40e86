using System.Buffers.Binary;
using System.IO.Hashing;

namespace Lamina.Sequences;

/// <summary>
/// The beginning of a session file, of a fixed size. All numbers are little endian: 8 bytes that say what it is, the
/// version (4 bytes), the lengths in bytes of the model's fingerprint and the state's format (2 each), the tokens,
/// the computed and the exact ones among them (4 each), the state's length in bytes (8), and the XxHash3 of all that
/// (8).
/// </summary>
/// <param name="ModelLength">Bytes of the model's fingerprint in UTF-8.</param>
/// <param name="FormatLength">Bytes of the state's format in UTF-8.</param>
/// <param name="TokenCount">All tokens.</param>
/// <param name="ComputedCount">The tokens that the state is of.</param>
/// <param name="ExactCount">The computed tokens that know of exactly those before them.</param>
/// <param name="StateLength">Bytes of the state.</param>
internal sealed record SessionHeader(
    ushort ModelLength, ushort FormatLength, uint TokenCount, uint ComputedCount, uint ExactCount, ulong StateLength)
{
    /// <summary>Bytes that the header takes.</summary>
    public const int Size = ChecksumOffset + sizeof(ulong);

    /// <summary>Bytes of the checksum at the end of the file: XxHash128 of all before it.</summary>
    public const int ChecksumSize = 16;

    private const uint Version = 1;
    private const int ChecksumOffset = 36;

    // The bytes after the name show at once when a transfer took the file for text.
    private static ReadOnlySpan<byte> Magic => "Lamina\x1A\n"u8;

    /// <summary>The size that the whole file has with it.</summary>
    public UInt128 FileSize =>
        (UInt128)StateLength + Size + ChecksumSize + ModelLength + FormatLength + (sizeof(int) * (ulong)TokenCount);

    /// <summary>Reads a header, and checks it against the size of its file.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="found">The file's first bytes: <see cref="Size"/>, or all of a smaller file.</param>
    /// <param name="fileSize">The file's size in bytes.</param>
    /// <exception cref="SessionFileException">It is no header, or not one of such a file.</exception>
    public static SessionHeader Read(string path, ReadOnlySpan<byte> found, long fileSize)
    {
        if (!found.StartsWith(Magic))
        {
            throw new SessionFileException(
                path,
                SessionFileFault.NotASessionFile,
                "it does not begin as a session file does. Give a file that SequenceState.SaveAsync wrote.");
        }

        if (found.Length >= 12 && BinaryPrimitives.ReadUInt32LittleEndian(found[8..]) is not Version and var version)
        {
            throw new SessionFileException(
                path,
                SessionFileFault.UnsupportedVersion,
                $"it is of version {version} of the format, and this release of Lamina reads version {Version}.");
        }

        if (found.Length < Size)
        {
            throw Cut(path, Size, fileSize);
        }

        var checksum = BinaryPrimitives.ReadUInt64LittleEndian(found[ChecksumOffset..]);
        if (checksum != XxHash3.HashToUInt64(found[..ChecksumOffset]))
        {
            throw Damaged(path, "the checksum of its header does not agree with the header.");
        }

        var header = new SessionHeader(
            BinaryPrimitives.ReadUInt16LittleEndian(found[12..]),
            BinaryPrimitives.ReadUInt16LittleEndian(found[14..]),
            BinaryPrimitives.ReadUInt32LittleEndian(found[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(found[20..]),
            BinaryPrimitives.ReadUInt32LittleEndian(found[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(found[28..]));
        header.Check(path, fileSize);
        return header;
    }

    /// <summary>Writes it.</summary>
    /// <param name="destination"><see cref="Size"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[12..], ModelLength);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[14..], FormatLength);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[16..], TokenCount);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[20..], ComputedCount);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[24..], ExactCount);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[28..], StateLength);
        BinaryPrimitives.WriteUInt64LittleEndian(
            destination[ChecksumOffset..], XxHash3.HashToUInt64(destination[..ChecksumOffset]));
    }

    /// <summary>The exception for a file that ends too early.</summary>
    public static SessionFileException Cut(
        string path, UInt128 expected, long found, Exception? innerException = null) =>
        new(
            path,
            SessionFileFault.Cut,
            $"it has {found} bytes of at least {expected}; it is cut short. Copy it again, or save it anew.",
            innerException);

    /// <summary>The exception for a file that holds something else than what was saved.</summary>
    public static SessionFileException Damaged(string path, string fault) =>
        new(path, SessionFileFault.Damaged, $"{fault} It is damaged: copy it again, or save it anew.");

    private void Check(string path, long fileSize)
    {
        if (FileSize > (UInt128)fileSize)
        {
            throw Cut(path, FileSize, fileSize);
        }

        if (FileSize < (UInt128)fileSize)
        {
            throw Damaged(path, $"it has {fileSize} bytes, and its header says {FileSize}.");
        }

        if (ComputedCount > TokenCount || ExactCount > ComputedCount)
        {
            throw Damaged(
                path,
                $"its header says {TokenCount} tokens, {ComputedCount} computed and {ExactCount} of these exact.");
        }

        if (TokenCount > Array.MaxLength || StateLength > (ulong)Array.MaxLength)
        {
            throw Damaged(
                path,
                $"its header says {TokenCount} tokens and {StateLength} bytes; at most {Array.MaxLength} can be.");
        }
    }
}
