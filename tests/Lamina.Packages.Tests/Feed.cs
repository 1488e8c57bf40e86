using System.Text.RegularExpressions;
using Lamina.Packages.Tests.Support;

namespace Lamina.Packages.Tests;

/// <summary>
/// A folder outside of the repository with the packages, made once from what the build left, and with a cache of its own, so
/// that no package of another day is taken. Apps are made in it.
/// </summary>
[SetUpFixture]
public sealed partial class Feed
{
    private static readonly string[] Packed =
    [
        "Lamina", "Lamina.LlamaCpp", "Lamina.LLamaSharp", "Lamina.Extensions.AI", "Lamina.Workers", "Lamina.TinyModel", "Lamina.Backend.Cpu",
        "Lamina.Backend.Vulkan",
    ];

    private static string _root = "";

    /// <summary>The folder for apps.</summary>
    public static string Root => _root;

    /// <summary>What commands of strangers have in their environment.</summary>
    internal static Dictionary<string, string?> Environment => new(StringComparer.Ordinal)
    {
        ["NUGET_PACKAGES"] = Path.Combine(_root, "cache"),
    };

    /// <summary>The file of a package.</summary>
    /// <param name="package">Its name.</param>
    /// <param name="extension">.nupkg, or .snupkg for its symbols.</param>
    public static string FileOf(string package, string extension = ".nupkg") => Directory
        .GetFiles(Path.Combine(_root, "feed"), package + ".*" + extension)
        .Single(file => char.IsAsciiDigit(Path.GetFileName(file)[package.Length + 1]));

    /// <summary>Packs what needs no laid-out libraries, or whose libraries the build of these tests lays out.</summary>
    [OneTimeSetUp]
    public async Task Pack()
    {
        if (!string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("LAMINA_NATIVE_PATH")))
        {
            Assert.Ignore("LAMINA_NATIVE_PATH is set: the build takes no libraries from npm, so there is nothing to pack.");
        }

        _root = Directory.CreateTempSubdirectory("lamina-packages").FullName;
        foreach (var package in Packed)
        {
            await PackAsync(package);
        }

        await File.WriteAllTextAsync(Path.Combine(_root, "nuget.config"), Configuration(await SourcesAsync()));
    }

    /// <summary>Deletes all of it.</summary>
    [OneTimeTearDown]
    public void Delete()
    {
        if (_root.Length > 0)
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    /// <summary>Packs one more package.</summary>
    internal static Task PackAsync(string package, CancellationToken cancellationToken = default) => Command.RunAsync(
        Command.Dotnet,
        ["pack", Repository.ProjectOf(package), "-c", Repository.Configuration, "--no-build", "-o", Path.Combine(_root, "feed"), "-v", "quiet"],
        Repository.Root,
        cancellationToken: cancellationToken);

    /// <summary>The names of this machine's sources, which have the packages of others.</summary>
    private static async Task<string[]> SourcesAsync()
    {
        var list = await Command.RunAsync(Command.Dotnet, ["nuget", "list", "source"], _root);
        return [.. Enabled().Matches(list).Select(match => match.Groups["name"].Value)];
    }

    /// <summary>Lamina's packages come from here alone, whatever other sources have under these names.</summary>
    private static string Configuration(string[] sources) => $"""
        <configuration>
          <packageSources>
            <add key="lamina" value="feed" />
          </packageSources>
          <packageSourceMapping>
            <packageSource key="lamina">
              <package pattern="Lamina" />
              <package pattern="Lamina.*" />
            </packageSource>
        {string.Concat(sources.Select(source => $"    <packageSource key=\"{source}\"><package pattern=\"*\" /></packageSource>\n"))}
          </packageSourceMapping>
        </configuration>
        """;

    [GeneratedRegex(@"^\s*\d+\.\s+(?<name>.+) \[Enabled\]\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Enabled();
}
