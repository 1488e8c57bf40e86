namespace Lamina.TestSupport;

/// <summary>The real models that tests run on: files beside the repository that are never part of it.</summary>
public static class TestModels
{
    private const string Variable = "LAMINA_TEST_MODELS";

    /// <summary>The folder, or null where there is none on this machine.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>The path of public test data beside the models; without the file the running test is ignored, with the reason.</summary>
    /// <param name="name">The path within the folder of the data.</param>
    public static string RequireData(string name)
    {
        var path = Path.Combine(Folder ?? "", "..", "data", name);
        if (!File.Exists(path))
        {
            Assert.Ignore($"'{name}' is not here. It belongs in a folder 'data' beside that of the test models.");
        }

        return path;
    }

    /// <summary>The path of a model; without the file the running test is ignored, with the reason.</summary>
    /// <param name="name">The file name.</param>
    public static string Require(string name)
    {
        var path = Path.Combine(Folder ?? "", name);
        if (!File.Exists(path))
        {
            Assert.Ignore($"'{name}' is not here. Set {Variable} to the folder of the test models.");
        }

        return path;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder)
        {
            return folder;
        }

        for (var parent = new DirectoryInfo(AppContext.BaseDirectory); parent is not null; parent = parent.Parent)
        {
            if (File.Exists(Path.Combine(parent.FullName, "Engine.sln")))
            {
                var models = Path.Combine(parent.FullName, "..", "shared", "models");
                return Directory.Exists(models) ? Path.GetFullPath(models) : null;
            }
        }

        return null;
    }
}
