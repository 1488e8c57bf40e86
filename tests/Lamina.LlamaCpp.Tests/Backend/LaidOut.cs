namespace Lamina.LlamaCpp.Tests.Backend;

/// <summary>The folders that the projects in nuget/ lay their libraries out in.</summary>
internal static class LaidOut
{
    /// <summary>The folder of a project, with one for each platform; it need not be there.</summary>
    public static string By(string project)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Engine.sln")))
        {
            folder = folder.Parent;
        }

        Assert.That(folder, Is.Not.Null, "The tests do not run inside the repository.");
        return Path.Combine(folder!.FullName, "nuget", project, "artifacts", "runtimes");
    }
}
