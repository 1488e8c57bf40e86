namespace Lamina.Packages.Tests.Support;

/// <summary>An app that somebody starts with: made by <c>dotnet new</c> in an empty folder, with nothing but packages.</summary>
internal sealed class App
{
    private readonly string _name;

    private App(string name) => _name = name;

    /// <summary>What is in it, and where its commands run.</summary>
    public string Folder => Path.Combine(Feed.Root, _name);

    /// <summary>Makes one.</summary>
    /// <param name="template">Of <c>dotnet new</c>: console or web.</param>
    /// <param name="name">The name of the app, which no other has.</param>
    /// <param name="packages">What it refers to.</param>
    /// <param name="program">Its <c>Program.cs</c>.</param>
    public static async Task<App> CreateAsync(string template, string name, string[] packages, string program)
    {
        var app = new App(name);
        await Command.RunAsync(Command.Dotnet, ["new", template, "-o", name, "--no-restore"], Feed.Root, Feed.Environment);
        foreach (var package in packages)
        {
            await app.DotnetAsync(["add", "package", package]);
        }

        await app.WriteProgramAsync(program);
        return app;
    }

    /// <summary>Replaces its program.</summary>
    public Task WriteProgramAsync(string program) => File.WriteAllTextAsync(Path.Combine(Folder, "Program.cs"), program);

    /// <summary>Runs dotnet in its folder.</summary>
    public Task<string> DotnetAsync(string[] arguments, CancellationToken cancellationToken = default) =>
        Command.RunAsync(Command.Dotnet, arguments, Folder, Feed.Environment, cancellationToken);

    /// <summary>Publishes it.</summary>
    /// <returns>The folder, and what the build said.</returns>
    public async Task<(string Folder, string Said)> PublishAsync(string name, string[] arguments, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Feed.Root, name);
        return (folder, await DotnetAsync(["publish", "-o", folder, .. arguments], cancellationToken));
    }

    /// <summary>Runs it as it was published for a platform, away from its folder and without the SDK.</summary>
    public Task<string> RunPublishedAsync(string folder, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["PATH"] = "",
            ["DOTNET_ROOT"] = null,
            ["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = Path.Combine(Feed.Root, "extracted"),
        };
        var program = Path.Combine(folder, OperatingSystem.IsWindows() ? _name + ".exe" : _name);
        return Command.RunAsync(program, [], Path.GetTempPath(), environment, cancellationToken);
    }
}
