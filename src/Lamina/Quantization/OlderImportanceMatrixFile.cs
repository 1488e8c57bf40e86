using System.Runtime.InteropServices;
using System.Text;
using Lamina.Gguf;

namespace Lamina.Quantization;

/// <summary>
/// The format before GGUF: the number of entries; for each the length of its name, the name, a number of calls, the number
/// of values, and the values, which are means times calls; then the number of pieces, and the text's name.
/// </summary>
internal static class OlderImportanceMatrixFile
{
    private const int SmallestEntry = 17;
    private const int LongestName = 1024;

    /// <summary>Reads what follows the number of entries.</summary>
    /// <exception cref="GgufException">It is no such file, or damaged or cut short.</exception>
    public static ImportanceMatrix Read(HeaderReader bytes, uint entryCount)
    {
        if (entryCount == 0 || entryCount > bytes.Remaining / SmallestEntry)
        {
            throw bytes.Fail("it is no importance matrix: it is no GGUF file, and does not start as one of the older format.");
        }

        var entries = new Dictionary<string, ImportanceEntry>(StringComparer.Ordinal);
        for (var i = 0; i < entryCount; i++)
        {
            var name = ReadText(bytes, $"the name of entry {i}");
            if (!entries.TryAdd(name, ReadEntry(bytes, $"entry {i}, '{name}',")))
            {
                throw bytes.Fail($"it has two entries named '{name}'. It is damaged.");
            }
        }

        // Older ones end here.
        var chunkCount = bytes.Remaining > 0 ? ReadNumber(bytes, "the number of pieces") : 0;
        return new(entries, chunkCount, 1, bytes.Remaining > 0 ? [ReadText(bytes, "the name of the text")] : []);
    }

    private static ImportanceEntry ReadEntry(HeaderReader bytes, string what)
    {
        var calls = ReadNumber(bytes, what);
        var length = ReadNumber(bytes, what);
        if (length == 0)
        {
            throw bytes.Fail($"{what} has no values. It is damaged.");
        }

        var values = MemoryMarshal.Cast<byte, float>(bytes.ReadBytes(sizeof(float) * (long)length, what)).ToArray();
        return new(ImportanceMatrixFile.Checked(bytes.Path, what, values), [Math.Max(calls, 1)]);
    }

    private static string ReadText(HeaderReader bytes, string what)
    {
        var length = ReadNumber(bytes, what);
        return length <= LongestName
            ? Encoding.UTF8.GetString(bytes.ReadBytes(length, what))
            : throw bytes.Fail($"{what} has {length} bytes; {LongestName} are the most. It is damaged, or no importance matrix.");
    }

    private static int ReadNumber(HeaderReader bytes, string what)
    {
        var number = bytes.ReadUInt32(what);
        return number <= int.MaxValue
            ? (int)number
            : throw bytes.Fail($"{what} has the number {(int)number}, which cannot be negative. It is damaged.");
    }
}
