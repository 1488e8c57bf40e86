namespace Lamina.Files;

/// <summary>A file that appears under its name when it is whole, or not at all. Dispose of it in any case.</summary>
internal sealed class WholeFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private bool _isKept;

    /// <summary>Begins a file beside the place where it will be.</summary>
    /// <param name="path">The file; one that is there already is replaced in the end.</param>
    /// <param name="size">How large it will be; a full disk then shows before anything is written.</param>
    public WholeFile(string path, long size)
    {
        _path = path;

        // No other process has this name, and it is short enough whatever the file's is.
        _temporary = Path.Combine(Path.GetDirectoryName(path) ?? path, $"lamina-{Guid.NewGuid():N}.tmp");
        Stream = new(_temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 1 << 16,
            PreallocationSize = size,
        });
    }

    /// <summary>Writes the file.</summary>
    public FileStream Stream { get; }

    /// <summary>Writes a file whole.</summary>
    /// <param name="path">The file; one that is there already is replaced.</param>
    /// <param name="size">How large it will be.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="cancellationToken">Leaves the file as it was.</param>
    public static void Write(string path, long size, Action<FileStream> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var file = new WholeFile(path, size);
        write(file.Stream);
        file.Finish();
        cancellationToken.ThrowIfCancellationRequested();
        file.Keep();
    }

    /// <summary>Brings all that was written to the disk: or a power cut could leave the name with nothing behind it.</summary>
    public void Finish()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
    }

    /// <summary>Gives the file its name, once it is finished.</summary>
    public void Keep()
    {
        File.Move(_temporary, _path, overwrite: true);
        _isKept = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Dispose();
        if (_isKept)
        {
            return;
        }

        try
        {
            File.Delete(_temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It does no harm, and what went wrong before says more.
        }
    }
}
