namespace Lamina.LlamaCpp.Interop;

/// <summary>
/// Makes sure that files are of one release of llama.cpp, as far as their names say: their functions have the same
/// names in all releases, and mixed they crash.
/// </summary>
internal static class NativeRelease
{
    /// <summary>Verifies the libraries of a folder, before one of them is loaded.</summary>
    /// <exception cref="NativeLibraryException">Two are of different releases.</exception>
    public static void Verify(NativeFile[] files)
    {
        foreach (var file in files.Where(file => file.Version is not null))
        {
            var first = files.First(other => other.Version is not null && IsComparable(other, file));
            if (first.Version != file.Version)
            {
                throw Mixed(first, first.Version!, file);
            }
        }
    }

    /// <summary>Verifies backends by the release of the library that is loaded.</summary>
    /// <exception cref="NativeLibraryException">One is of another.</exception>
    public static void Verify(NativeFile library, Version release, IEnumerable<NativeFile> backends)
    {
        if (backends.FirstOrDefault(file => file.IsRelease && file.Version != release) is { } other)
        {
            throw Mixed(library, release, other);
        }
    }

    /// <summary>Where the version is no release, llama's and those of the ggml libraries are counted apart.</summary>
    private static bool IsComparable(NativeFile file, NativeFile other) =>
        file.IsRelease == other.IsRelease && (file.IsRelease || file.Library is "llama" == other.Library is "llama");

    private static NativeLibraryException Mixed(NativeFile file, Version version, NativeFile other) =>
        new($"'{file.Path}' is of version {version} and '{other.Path}' of {other.Version}; llama.cpp's libraries must be of "
            + "one release. Reference Lamina.Backend packages of one version, or keep the files of one release alone.");
}
