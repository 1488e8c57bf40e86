using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lamina.Quantization.Quality;

/// <summary>The source's next-token distributions, for the models after it: in a file that goes when it is disposed of.</summary>
/// <remarks>
/// Two bytes for each token of the vocabulary: 256 scored tokens of a vocabulary of 150,000 take 77 MB, too much for memory.
/// Several threads may read and write at once.
/// </remarks>
internal sealed class SourceFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly SourcePosition[] _positions;
    private readonly int _rowBytes;

    /// <param name="folder">Where the file is made.</param>
    /// <param name="positions">How many distributions it takes.</param>
    /// <param name="vocabularySize">Tokens of each.</param>
    /// <exception cref="IOException">The folder cannot be written to, or the disk has no room for it.</exception>
    public SourceFile(string folder, int positions, int vocabularySize)
    {
        _positions = new SourcePosition[positions];
        _rowBytes = vocabularySize * sizeof(ushort);
        _file = File.OpenHandle(
            Path.Combine(folder, $"lamina-{Guid.NewGuid():N}.tmp"),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            FileOptions.DeleteOnClose,
            preallocationSize: (long)positions * _rowBytes);
    }

    /// <summary>Keeps a distribution.</summary>
    public void Write(int position, in SourcePosition head, ReadOnlySpan<ushort> codes)
    {
        _positions[position] = head;
        RandomAccess.Write(_file, MemoryMarshal.AsBytes(codes), (long)position * _rowBytes);
    }

    /// <summary>Reads a distribution.</summary>
    /// <exception cref="EndOfStreamException">It is not whole any more.</exception>
    public SourcePosition Read(int position, Span<ushort> codes)
    {
        var rest = MemoryMarshal.AsBytes(codes);
        while (rest.Length > 0)
        {
            var count = RandomAccess.Read(_file, rest, ((position + 1L) * _rowBytes) - rest.Length);
            rest = count > 0 ? rest[count..] : throw new EndOfStreamException(
                "The temporary file of the source's distributions was cut short.");
        }

        return _positions[position];
    }

    public void Dispose() => _file.Dispose();
}
