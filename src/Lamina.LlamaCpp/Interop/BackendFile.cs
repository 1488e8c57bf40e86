using System.Text.RegularExpressions;

namespace Lamina.LlamaCpp.Interop;

/// <summary>A file with a backend of llama.cpp: <c>libggml-vulkan.so</c>, <c>ggml-cpu-haswell.dll</c>.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">The backend, <c>vulkan</c> or <c>cpu</c>; files of one name are variants, of which one is used.</param>
/// <param name="Release">
/// The release of llama.cpp that it is of, where its name says so: <c>libggml-vulkan.v0.4.0.so</c>. Null elsewhere.
/// </param>
internal sealed partial record BackendFile(string Path, string Name, Version? Release)
{
    /// <summary>Those of a folder, by name; of a folder that is not there, none.</summary>
    public static IEnumerable<BackendFile> In(string folder) =>
        from file in Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal) : Enumerable.Empty<string>()
        let match = FileName().Match(System.IO.Path.GetFileName(file))
        where match.Success
        select new BackendFile(
            file,
            match.Groups["name"].Value,
            match.Groups["release"] is { Success: true, Value: var release } ? Version.Parse(release) : null);

    [GeneratedRegex(
        @"^(lib)?ggml-(?!base\b)(?<name>[a-z0-9]+)(-.*?)?(\.v(?<release>[0-9]+\.[0-9]+\.[0-9]+))?\.(so|dll)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileName();
}
