namespace Lamina.Benchmarks.Peers;

/// <summary>Where a peer's program is looked for: what the command line names, an environment variable, a place of its own, and PATH.</summary>
/// <param name="Name">The peer.</param>
/// <param name="Option">The option that names it.</param>
/// <param name="Variable">The environment variable that names it.</param>
internal sealed record PeerPaths(string Name, string Option, string Variable)
{
    public static PeerPaths LlamaServer { get; } = new("llama-server", "--llama-server", "LAMINA_LLAMA_SERVER");

    public static PeerPaths LlamaBench { get; } = new("llama-bench", "--llama-bench", "LAMINA_LLAMA_BENCH");

    public static PeerPaths LLamaSharp { get; } = new("LLamaSharp", "--llamasharp", "LAMINA_LLAMASHARP");

    /// <summary>What <c>Lamina.Benchmarks.LLamaSharp</c> is built as, beside these benchmarks.</summary>
    public static string BuiltLLamaSharp
    {
        get
        {
            const string project = "Lamina.Benchmarks.LLamaSharp";

            // <repository>/<folder>/<project>/bin/<configuration>/<framework>/
            var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            var root = framework.Parent?.Parent?.Parent?.Parent?.Parent?.FullName ?? "";
            return Path.Combine(root, "benchmarks", project, "bin", framework.Parent?.Name ?? "", framework.Name, $"{project}.dll");
        }
    }

    /// <summary>Looks for it.</summary>
    /// <param name="given">What the command line names; null where it names nothing.</param>
    /// <param name="builtPath">Where a build puts it; null where none does.</param>
    /// <param name="absence">Why there is none, and what to do about it; null where there is one.</param>
    /// <returns>The file, or null where there is none.</returns>
    public string? Find(string? given, string? builtPath, out string? absence)
    {
        var named = given ?? Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(named))
        {
            absence = File.Exists(named) ? null : $"there is no file '{named}', which {(given is null ? Variable : Option)} names";
            return absence is null ? Path.GetFullPath(named) : null;
        }

        var found = Candidates(builtPath).FirstOrDefault(File.Exists);
        absence = found is null ? $"neither {Option} nor {Variable} names it, and {builtPath ?? "PATH"} has none" : null;
        return found;
    }

    private IEnumerable<string> Candidates(string? builtPath) => builtPath is not null
        ? [builtPath]
        : (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{Name}.exe" : Name));
}
