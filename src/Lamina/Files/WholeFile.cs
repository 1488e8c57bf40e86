namespace Lamina.Sequences;

/// <summary>Files that are written whole or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Writes a file beside another, and then puts it in that one's place, at once.</summary>
    /// <param name="path">The file; one that is there already is replaced.</param>
    /// <param name="size">How large it will be; a full disk then shows before anything is written.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="cancellationToken">Leaves the file as it was.</param>
    public static void Write(string path, long size, Action<FileStream> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // No other process has this name, and it is short enough whatever the file's is.
        var temporary = Path.Combine(Path.GetDirectoryName(path) ?? path, $"lamina-{Guid.NewGuid():N}.tmp");
        var file = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            PreallocationSize = size,
        });
        try
        {
            using (file)
            {
                write(file);
                file.Flush(flushToDisk: true); // or a power cut could leave the new name with nothing behind it
            }

            cancellationToken.ThrowIfCancellationRequested();
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            Delete(temporary);
            throw;
        }
    }

    private static void Delete(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It does no harm, and what went wrong before says more.
        }
    }
}
