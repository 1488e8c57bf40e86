using System.Text;
using Samples;
using Spectre.Console;

namespace Search;

/// <summary>The texts of a folder. Hidden files and links are left out.</summary>
internal static class TextFolder
{
    /// <summary>Finds the files, in the order of their names.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are no such files in it.</exception>
    public static IReadOnlyList<string> FindFiles(string folder, IReadOnlyList<string> patterns)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
        }

        var enumeration = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
        };
        string[] files =
        [
            .. patterns
                .SelectMany(pattern => Directory.EnumerateFiles(folder, pattern, enumeration))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
        return files.Length > 0 ? files : throw new InvalidDataException(
            $"The folder '{folder}' has no files of the names {string.Join(" or ", patterns)}.");
    }

    /// <summary>Reads files and cuts them into passages. One that cannot be read is named, and left out.</summary>
    public static async Task<IReadOnlyList<Passage>> ReadAsync(
        string folder, IReadOnlyList<string> files, IAnsiConsole status, CancellationToken cancellationToken)
    {
        var passages = new List<Passage>();
        foreach (var file in files)
        {
            try
            {
                var text = await File.ReadAllTextAsync(file, Encoding.UTF8, cancellationToken);
                passages.AddRange(PassageCutter.Cut(Path.GetRelativePath(folder, file), text));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                StatusConsole.Line(status, $"left out: {e.Message}");
            }
        }

        return passages.Count > 0 ? passages : throw new InvalidDataException(
            $"No file of the folder '{folder}' has any text.");
    }
}
