using System.Globalization;

namespace Lamina.LlamaCpp.Interop;

/// <summary>
/// A library of llama.cpp, by what its name says: <c>libllama.v0.4.0.so</c>, <c>libggml-cpu-haswell.so</c>,
/// <c>libggml.so.0.23.0</c>, <c>ggml-vulkan.v0.4.0.dll</c>. (Without regular expressions, which take longer to compile at
/// the start of a program than all of the libraries to load.)
/// </summary>
/// <param name="Path">Where it is.</param>
/// <param name="Library">Which it is: <c>llama</c>, <c>ggml-base</c>, <c>ggml-cpu-haswell</c>.</param>
/// <param name="Version">Its version, or null where its name has none.</param>
/// <param name="IsRelease">Whether the version, with a v before it, is llama.cpp's, and not the library's own.</param>
internal sealed record NativeFile(string Path, string Library, Version? Version, bool IsRelease)
{
    /// <summary>
    /// The backend that is in it, <c>vulkan</c> or <c>cpu</c>; null where it is no backend. Files of one are variants, of
    /// which one is used.
    /// </summary>
    public string? Backend => Library.StartsWith("ggml-", StringComparison.Ordinal) && Library is not "ggml-base"
        && System.IO.Path.GetExtension(Path) is ".so" or ".dll"
        ? Library.Split('-')[1]
        : null;

    /// <summary>Those of a folder, by name; of a folder that is not there, none.</summary>
    public static NativeFile[] In(string folder) => Directory.Exists(folder)
        ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(Parse).OfType<NativeFile>()]
        : [];

    /// <summary>Reads a name; null where it is of no such library.</summary>
    public static NativeFile? Parse(string path)
    {
        var parts = System.IO.Path.GetFileName(path).Split('.');
        var end = Array.FindLastIndex(parts, part => part is "so" or "dylib" or "dll");
        var library = parts[0].StartsWith("lib", StringComparison.Ordinal) ? parts[0][3..] : parts[0];
        var isOurs = library is "llama" or "ggml" || library.StartsWith("ggml-", StringComparison.Ordinal);
        if (end < 1 || !isOurs || !parts[(end + 1)..].All(IsNumber))
        {
            return null;
        }

        // Three numbers, after the ending or before it.
        var at = end == parts.Length - 1 ? end - 3 : end + 1;
        var isRelease = at > 0 && at < end && parts[at].StartsWith('v');
        var numbers = at > 0 && parts.Length >= at + 3 ? parts[at..(at + 3)] : [""];
        numbers[0] = isRelease ? numbers[0][1..] : numbers[0];
        return new(path, library, numbers.All(IsNumber) ? Version.Parse(string.Join('.', numbers)) : null, isRelease);
    }

    private static bool IsNumber(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
