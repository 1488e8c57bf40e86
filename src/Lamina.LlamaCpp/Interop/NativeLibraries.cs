using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;
using Lamina.Bindings;
using Lamina.Runtime;

namespace Lamina.LlamaCpp.Interop;

/// <summary>
/// The loaded libraries of llama.cpp. They hold process-wide state of their own (registered backends, the log
/// callback), so there is one set of them in a process, and this is the one mutable static that stands for it.
/// </summary>
internal static class NativeLibraries
{
    public const string Llama = "llama";
    public const string Ggml = "ggml";
    public const string GgmlBase = "ggml-base";

    public static readonly Version OldestVersion = new(0, 4, 0);
    public static readonly Version NewestVersion = new(0, 5, 0);

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, nint> Handles = new(StringComparer.Ordinal);
    private static string? _folder;
    private static Version? _version;
    private static ImmutableArray<UnusableBackend> _unusable = [];

    /// <summary>The folder that the libraries came from.</summary>
    /// <exception cref="InvalidOperationException">They are not loaded yet.</exception>
    public static string Folder => _folder ?? throw new InvalidOperationException("No native library is loaded yet.");

    /// <summary>Backends that are there and compute nothing. None before the libraries are loaded.</summary>
    public static ImmutableArray<UnusableBackend> Unusable => _unusable;

    /// <summary>Loads the libraries, once in a process.</summary>
    /// <param name="folder">Where they are, or null to look where packages put them.</param>
    /// <returns>The version of llama.cpp.</returns>
    /// <exception cref="NativeLibraryException">They are missing, unfit, or were loaded from elsewhere before.</exception>
    public static Version Load(string? folder)
    {
        lock (Gate)
        {
            if (_version is not null)
            {
                return folder is null || string.Equals(Path.GetFullPath(folder), _folder, StringComparison.Ordinal)
                    ? _version
                    : throw new NativeLibraryException($"llama.cpp was loaded from '{_folder}' already; a process has "
                        + $"one set of its libraries, so '{folder}' cannot be used as well.");
            }

            var found = NativeFolder.Find(folder);
            var files = NativeFile.In(found);
            NativeRelease.Verify(files);
            NativeOwner.Claim("llama.cpp");
            LoadFrom(found);
            var version = Handshake.Verify(found);
            var backends = NativeFolder.Backends(found);
            NativeRelease.Verify(files.First(file => file.Library is Llama), version, backends);
            NativeLogLines.Install();
            _unusable = NativeBackends.Load(backends);
            Native.llama_backend_init();
            if (Native.ggml_backend_dev_by_type(0) == 0)
            {
                throw new NativeLibraryException($"'{found}' holds no CPU backend (libggml-cpu-*) that runs on this "
                    + "processor. Reference Lamina.Backend.Cpu, or copy all of a llama.cpp release's libraries there.");
            }

            _folder = found;
            return _version = version;
        }
    }

    /// <summary>A loaded library.</summary>
    public static nint Handle(string library) => Handles[library];

    /// <summary>The file of a library in a folder, whatever its version, or null.</summary>
    public static string? FindFile(string folder, string library) =>
        NativeFile.In(folder).FirstOrDefault(file => string.Equals(file.Library, library, StringComparison.Ordinal))?.Path;

    /// <summary>What the loader's reason leaves out on systems with another C library, such as Alpine; elsewhere nothing.</summary>
    public static string AdviceFor(string runtimeIdentifier) =>
        runtimeIdentifier.Contains("musl", StringComparison.Ordinal) || runtimeIdentifier.StartsWith("alpine", StringComparison.Ordinal)
            ? " The libraries of Lamina.Backend.Cpu need glibc, and this system has musl: build llama.cpp on it, and name the folder "
                + $"with LlamaCppOptions.NativePath or the environment variable {NativeFolder.EnvironmentVariable}."
            : "";

    private static void LoadFrom(string folder)
    {
        foreach (var library in (string[])[GgmlBase, Ggml, Llama])
        {
            var file = FindFile(folder, library)
                ?? throw new NativeLibraryException($"'{folder}' holds no {library} library beside the others.");
            try
            {
                Handles[library] = NativeLibrary.Load(file);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                throw new NativeLibraryException(
                    $"'{file}' could not be loaded: {e.Message}{AdviceFor(RuntimeInformation.RuntimeIdentifier)}", e);
            }
        }

        // A first attempt that failed later on has set the resolver already.
        try
        {
            NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), Resolve);
        }
        catch (InvalidOperationException) when (Handles.Count > 0)
        {
        }
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? searchPath) =>
        Handles.GetValueOrDefault(library);
}
