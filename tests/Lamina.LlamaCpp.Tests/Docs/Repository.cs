namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>The files of the repository that these tests are in.</summary>
internal static class Repository
{
    private static readonly string[] Made = ["bin", "obj", "node_modules", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } = Find();

    /// <summary>Pages of the documentation. The READMEs of samples and of packages have tests of their own.</summary>
    public static MarkdownFile[] Pages { get; } =
        [MarkdownFile.Read("README.md"), .. Files("docs", "*.md").Select(MarkdownFile.Read)];

    /// <summary>Every text in Markdown.</summary>
    public static MarkdownFile[] Texts { get; } = [.. Files(".", "*.md").Select(MarkdownFile.Read)];

    /// <summary>Files below a folder, by their paths in the repository; what a build makes is left out.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Root, path))
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => Made.Contains(part, StringComparer.Ordinal) || part is ['.', ..]))
        .Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string Find()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Engine.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("These tests run inside the repository.");
        }

        return root.FullName;
    }
}
