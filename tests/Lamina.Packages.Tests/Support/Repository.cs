namespace Lamina.Packages.Tests.Support;

/// <summary>Where the sources are that these tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = Find();

    /// <summary>How the tests were built, and so all that they pack: Debug or Release.</summary>
    // <repository>/tests/<project>/bin/<configuration>/<framework>/
    public static string Configuration { get; } =
        new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)).Parent!.Name;

    /// <summary>The project of a package.</summary>
    public static string ProjectOf(string package)
    {
        var folders = ((string[])["src", "nuget"]).Select(folder => Path.Combine(Root, folder, package));
        return Path.Combine(folders.First(Directory.Exists), package + ".csproj");
    }

    /// <summary>The folder in which the build of a package lays its libraries out; it need not be there.</summary>
    public static string NativesOf(string package) =>
        Path.Combine(Path.GetDirectoryName(ProjectOf(package))!, "artifacts", "runtimes");

    /// <summary>The program in the README of a package.</summary>
    public static string ProgramOf(string package)
    {
        var readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ProjectOf(package))!, "README.md"));
        return readme.Split("```csharp")[1].Split("```")[0];
    }

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Engine.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
