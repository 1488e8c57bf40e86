using System.Text.Json;
using Samples;

namespace Batch;

/// <summary>The output as a file: checks what an earlier run left there, and goes on behind it.</summary>
internal sealed class AnswerFile : IDisposable
{
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    private readonly string _path;
    private readonly FileStream _stream;

    /// <summary>Opens the file, or makes an empty one, and keeps other runs from it; changes nothing in it.</summary>
    /// <exception cref="IOException">Another process writes it.</exception>
    public AnswerFile(string path)
    {
        _path = path;
        try
        {
            // Outside Windows only None keeps a second writer out, and programs that ask for no lock still read.
            var share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
            _stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, bufferSize: 0);
        }
        catch (IOException e) when (e.HResult == WindowsSharingViolation || IsLocked(e))
        {
            throw new IOException(
                $"Another process writes '{path}', and two cannot write one output: wait for it, or name another "
                + "--output.",
                e);
        }

        if (!_stream.CanSeek)
        {
            _stream.Dispose();
            throw new UsageException($"Option '--output' was '{path}'; it must be a file, or - for standard output.");
        }
    }

    public IEnumerable<FileLine> ReadLines() => FileLine.ReadAll(_stream);

    /// <summary>Reads a line as the answer to a prompt.</summary>
    /// <returns>Whether the answer is an error; null where its end is missing because a run was killed.</returns>
    /// <exception cref="InvalidDataException">It is no answer to this prompt.</exception>
    public bool? ReadAnswer(FileLine line, PromptLine prompt)
    {
        var found = line.Bytes.Span;
        var head = AnswerJson.Head(prompt).Span;
        if (!line.IsWhole && head.StartsWith(found))
        {
            return null;
        }

        if (!found.StartsWith(head))
        {
            throw Foreign(line.Number, $"does not answer line {prompt.Number} of the input");
        }

        try
        {
            using var json = JsonDocument.Parse(line.Bytes);
            return line.IsWhole ? json.RootElement.TryGetProperty("error", out _) : null;
        }
        catch (JsonException) when (line.End == _stream.Length)
        {
            return null;
        }
        catch (JsonException)
        {
            throw Foreign(line.Number, "is no valid JSON");
        }
    }

    public InvalidDataException Foreign(int number, string what) => new(
        $"Line {number} of '{_path}' {what}: this output belongs to another input. Name another --output, or begin "
        + "anew with --restart.");

    /// <summary>Cuts off what is beyond a length, and writes there from now on.</summary>
    public void Continue(long length)
    {
        if (_stream.Length > length)
        {
            _stream.SetLength(length);
        }

        _stream.Position = length;
    }

    /// <summary>Hands a line to the operating system, whole.</summary>
    public void Write(ReadOnlySpan<byte> line) => _stream.Write(line);

    public void Dispose() => _stream.Dispose();

    /// <summary>EWOULDBLOCK, of Linux and of macOS.</summary>
    private static bool IsLocked(IOException error) => !OperatingSystem.IsWindows() && error.HResult is 11 or 35;
}
