namespace Batch;

/// <summary>A line of a file.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Bytes">What it holds, without the newline; valid until the next line is read.</param>
/// <param name="End">Where the next line begins.</param>
/// <param name="IsWhole">Whether a newline ends it, which only the last line of a file can lack.</param>
internal readonly record struct FileLine(int Number, ReadOnlyMemory<byte> Bytes, long End, bool IsWhole)
{
    /// <summary>Reads lines from the beginning of a file, however many there are.</summary>
    public static IEnumerable<FileLine> ReadAll(Stream stream)
    {
        stream.Position = 0;
        var buffer = new byte[1 << 16];
        var (number, end, held) = (0, 0L, 0);
        while (stream.Read(buffer, held, buffer.Length - held) is > 0 and var read)
        {
            held += read;
            var start = 0;
            while (buffer.AsSpan(start, held - start).IndexOf((byte)'\n') is >= 0 and var length)
            {
                end += length + 1;
                yield return new(++number, buffer.AsMemory(start, length), end, IsWhole: true);
                start += length + 1;
            }

            held -= start;
            buffer.AsSpan(start, held).CopyTo(buffer);
            if (held == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }

        if (held > 0)
        {
            yield return new(++number, buffer.AsMemory(0, held), end + held, IsWhole: false);
        }
    }
}
