using Samples;

namespace Batch;

/// <summary>The input, which can be read several times and is never held as a whole.</summary>
internal sealed class PromptFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;

    public PromptFile(string path)
    {
        _path = path;
        _stream = path is "-"
            ? throw NoFile(path)
            : new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (!_stream.CanSeek)
        {
            _stream.Dispose();
            throw NoFile(path);
        }
    }

    /// <summary>Reads the lines that are not blank.</summary>
    /// <exception cref="InvalidDataException">A line is no prompt; the message names it.</exception>
    public IEnumerable<PromptLine> Read()
    {
        foreach (var line in FileLine.ReadAll(_stream))
        {
            var text = Trim(line);
            if (!text.IsEmpty)
            {
                yield return Parse(line.Number, text);
            }
        }
    }

    public void Dispose() => _stream.Dispose();

    private static UsageException NoFile(string path) =>
        new($"Option '--input' was '{path}'; it must be a file, for it is read twice.");

    private static ReadOnlyMemory<byte> Trim(FileLine line)
    {
        var text = line.Bytes;
        if (line.Number == 1 && text.Span.StartsWith("\uFEFF"u8))
        {
            text = text["\uFEFF"u8.Length..];
        }

        return text.Trim(" \t\r"u8);
    }

    private PromptLine Parse(int number, ReadOnlyMemory<byte> text)
    {
        try
        {
            return PromptParser.Parse(number, text);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"Line {number} of '{_path}' {e.Message}", e);
        }
    }
}
