using Lamina.Runtime;

namespace Lamina.Placement;

/// <summary>Reads the small files by which Linux tells of itself. One that is missing or damaged says nothing.</summary>
/// <param name="root">The folder that has <c>sys</c> and <c>proc</c>.</param>
internal sealed class SystemFiles(string root)
{
    public string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(Path.Join(root, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The only line of a file, or null.</summary>
    public string? ReadLine(string path) => ReadLines(path) is [var line] ? line : null;

    /// <summary>The list that a file holds, or null.</summary>
    public CpuSet? ReadCpus(string path) => CpuSet.TryParse(ReadLine(path), out var cpus) ? cpus : null;
}
