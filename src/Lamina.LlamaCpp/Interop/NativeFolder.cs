using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

/// <summary>Finds the folder with llama.cpp's libraries.</summary>
internal static class NativeFolder
{
    public const string EnvironmentVariable = "LAMINA_NATIVE_PATH";

    /// <summary>Finds the folder.</summary>
    /// <param name="configured">What the application chose, or null.</param>
    /// <exception cref="NativeLibraryException">No folder holds them.</exception>
    public static string Find(string? configured)
    {
        if (Named(configured, "LlamaCppOptions.NativePath") is { } chosen)
        {
            return chosen;
        }

        if (Named(Environment.GetEnvironmentVariable(EnvironmentVariable), EnvironmentVariable) is { } inherited)
        {
            return inherited;
        }

        var places = Places().ToArray();
        return places.FirstOrDefault(HoldsLlama)
            ?? throw new NativeLibraryException("The libraries of llama.cpp were not found. Reference the package "
                + $"Lamina.Backend.Cpu, or name a folder that holds them with LlamaCppOptions.NativePath or the "
                + $"environment variable {EnvironmentVariable}. Looked in: {string.Join(", ", places)}.");
    }

    /// <summary>
    /// The backends that are there. Beside llama.cpp's libraries all count. Where packages put their files, and unless
    /// the application chose the folder, so do those that name their release: others may be another program's.
    /// </summary>
    /// <param name="folder">Where llama.cpp's libraries are.</param>
    public static NativeFile[] Backends(string folder)
    {
        var places = Places().ToArray();
        var others = places.Contains(folder, StringComparer.Ordinal) ? places.Where(place => !IsSame(place, folder)) : [];
        return
        [
            .. NativeFile.In(folder).Where(file => file.Backend is not null),
            .. others.SelectMany(NativeFile.In).Where(file => file.Backend is not null && file.IsRelease),
        ];
    }

    private static string? Named(string? folder, string source)
    {
        if (string.IsNullOrWhiteSpace(folder))
        {
            return null;
        }

        return HoldsLlama(folder)
            ? Path.GetFullPath(folder)
            : throw new NativeLibraryException($"{source} names '{folder}', which holds no library of llama.cpp "
                + "(such as libllama.so, libllama.dylib or llama.dll).");
    }

    private static IEnumerable<string> Places()
    {
        var beside = AppContext.BaseDirectory;
        yield return Path.Combine(beside, "runtimes", PortableRid(), "native");
        yield return beside;

        // Where `dotnet run` finds the files of packages that were not published beside the program.
        var searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        foreach (var folder in searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return folder;
        }
    }

    private static bool IsSame(string folder, string other) => string.Equals(
        Path.TrimEndingDirectorySeparator(folder), Path.TrimEndingDirectorySeparator(other), StringComparison.Ordinal);

    private static bool HoldsLlama(string folder) =>
        NativeLibraries.FindFile(folder, NativeLibraries.Llama) is not null;

    private static string PortableRid()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }
}
