using System.Text.RegularExpressions;

namespace Lamina.LlamaCpp.Interop;

/// <summary>
/// Makes sure that files are of one release of llama.cpp, as far as their names say: their functions have the same
/// names in all releases, and mixed they crash.
/// </summary>
internal static partial class NativeRelease
{
    /// <summary>Verifies the libraries of a folder, before one of them is loaded.</summary>
    /// <exception cref="NativeLibraryException">Two are of different releases.</exception>
    public static void Verify(string folder)
    {
        var versioned =
            from file in Directory.GetFiles(folder).Order(StringComparer.Ordinal)
            let match = VersionedName().Match(Path.GetFileName(file))
            where match.Success

            // llama.cpp's release is in names such as libllama.v0.4.0.so and libggml.v0.4.0.so. In others each has a
            // version of its own: libllama.so.0.4.0, libggml.so.0.23.0.
            let kind = match.Groups["release"].Success ? "" : match.Groups["name"].Value
            select (Kind: kind, File: file, Version: Version.Parse(match.Groups["version"].Value));
        foreach (var files in versioned.GroupBy(file => file.Kind, StringComparer.Ordinal))
        {
            var (_, first, version) = files.First();
            if (files.FirstOrDefault(file => file.Version != version) is { File: not null } other)
            {
                throw Mixed(first, version, other.File, other.Version);
            }
        }
    }

    /// <summary>Verifies backends by the release of the library that is loaded.</summary>
    /// <exception cref="NativeLibraryException">One is of another.</exception>
    public static void Verify(string library, Version release, IEnumerable<BackendFile> backends)
    {
        if (backends.FirstOrDefault(file => file.Release is not null && file.Release != release) is { } other)
        {
            throw Mixed(library, release, other.Path, other.Release!);
        }
    }

    private static NativeLibraryException Mixed(string file, Version version, string otherFile, Version otherVersion) =>
        new($"'{file}' is of version {version} and '{otherFile}' of {otherVersion}; llama.cpp's libraries must be of one "
            + "release. Reference Lamina.Backend packages of one version, or keep the files of one release alone.");

    [GeneratedRegex(
        @"^(lib)?(?<name>llama|ggml)(-base)?(\.[a-z]+)?((?<release>\.v)(?<version>[0-9]+\.[0-9]+\.[0-9]+)\.(so|dylib|dll)|\.so\.(?<version>[0-9]+\.[0-9]+\.[0-9]+)|\.(?<version>[0-9]+\.[0-9]+\.[0-9]+)\.dylib)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionedName();
}
