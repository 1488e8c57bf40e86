using System.Reflection.Metadata;
using System.Text;
using System.Text.Json;
using Lamina.Packages.Tests.Support;

namespace Lamina.Packages.Tests.Content;

/// <summary>
/// Symbols and packages name their sources as soon as the repository has a remote on a host that is known: shown on a copy
/// of its smallest project, in a repository with such a remote.
/// </summary>
[CancelAfter(180_000)]
public sealed class SourceLinkTests
{
    private const string Remote = "https://github.com/somebody/lamina";

    // What .NET's symbols keep the links under.
    private static readonly Guid Links = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("lamina-sources").FullName;

    [TearDown]
    public void DeleteFolder()
    {
        // Git's own files are read-only.
        foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Pack_InARepositoryWithARemote_LinksSources(CancellationToken cancellationToken)
    {
        CopySources();
        await GitAsync(["init", "--quiet"], cancellationToken);
        await GitAsync(["remote", "add", "origin", Remote + ".git"], cancellationToken);
        await GitAsync(["add", "."], cancellationToken);
        await GitAsync(["-c", "user.name=Somebody", "-c", "user.email=somebody@localhost", "commit", "--quiet", "-m", "All"], cancellationToken);
        var commit = (await GitAsync(["rev-parse", "HEAD"], cancellationToken)).Trim();

        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["CI"] = "true" };
        await Command.RunAsync(
            Command.Dotnet, ["pack", "nuget/Lamina.TinyModel", "-o", "packed"], _folder, environment, cancellationToken);

        using var package = new PackageFile(Directory.GetFiles(Path.Combine(_folder, "packed"), "*.nupkg").Single());
        using var symbols = new PackageFile(Directory.GetFiles(Path.Combine(_folder, "packed"), "*.snupkg").Single());
        using var pdb = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(symbols.Read("lib/net10.0/Lamina.TinyModel.pdb")));
        var reader = pdb.GetMetadataReader();
        var repository = package.Metadata.Elements().Single(element => element.Name.LocalName is "repository");
        Assert.Multiple(() =>
        {
            Assert.That(repository.Attribute("url")?.Value, Is.EqualTo(Remote + ".git").Or.EqualTo(Remote));
            Assert.That(repository.Attribute("commit")?.Value, Is.EqualTo(commit));
            Assert.That(LinkOf(reader, "/_/"), Does.EndWith($"/somebody/lamina/{commit}/"));

            // No path of the machine: the same sources make the same symbols anywhere.
            Assert.That(
                reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name)),
                Has.All.StartWith("/_/").Or.All.StartWith("/_1/"));
        });
    }

    /// <summary>Where the sources below a folder are.</summary>
    private static string? LinkOf(MetadataReader reader, string folder)
    {
        var links = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation)
            .SingleOrDefault(information => reader.GetGuid(information.Kind) == Links);
        var json = JsonDocument.Parse(links.Value.IsNil ? "{}" : Encoding.UTF8.GetString(reader.GetBlobBytes(links.Value)));
        return json.RootElement.TryGetProperty("documents", out var documents) && documents.TryGetProperty(folder + "*", out var link)
            ? link.GetString()!.TrimEnd('*')
            : null;
    }

    private void CopySources()
    {
        string[] files =
        [
            "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json", ".editorconfig", ".gitignore", "LICENSE",
            .. Directory.GetFiles(Path.Combine(Repository.Root, "nuget")).Select(file => Path.Combine("nuget", Path.GetFileName(file))),
            .. Directory.GetFiles(Path.GetDirectoryName(Repository.ProjectOf("Lamina.TinyModel"))!)
                .Select(file => Path.Combine("nuget", "Lamina.TinyModel", Path.GetFileName(file))),
        ];
        foreach (var file in files)
        {
            var copy = Path.Combine(_folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(Repository.Root, file), copy);
        }
    }

    private Task<string> GitAsync(string[] arguments, CancellationToken cancellationToken) =>
        Command.RunAsync("git", arguments, _folder, cancellationToken: cancellationToken);
}
