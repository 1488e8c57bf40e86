using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Lamina.Packages.Tests.Support;

namespace Lamina.Packages.Tests.Content;

/// <summary>What is in each package, what its page will say, and what it brings.</summary>
[TestFixtureSource(nameof(Packages))]
[CancelAfter(240_000)]
public sealed class PackageContentTests(string name, string[] files, string[] platforms, string[] lamina, string[] others)
{
    private static readonly string[] Everywhere = ["LICENSE", "README.md", "icon.png"];

    private PackageFile _package = null!;

    private static object[][] Packages =>
    [
        [
            "Lamina", Managed("Lamina"), None, None,
            (string[])["Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Logging.Abstractions", "System.IO.Hashing", "System.Numerics.Tensors"],
        ],
        ["Lamina.LlamaCpp", Managed("Lamina.LlamaCpp"), None, (string[])["Lamina"], None],
        ["Lamina.LLamaSharp", Managed("Lamina.LLamaSharp"), None, (string[])["Lamina"], (string[])["LLamaSharp"]],
        ["Lamina.Extensions.AI", Managed("Lamina.Extensions.AI"), None, (string[])["Lamina"], (string[])["Microsoft.Extensions.AI.Abstractions"]],
        ["Lamina.Workers", Managed("Lamina.Workers"), None, (string[])["Lamina"], None],
        [
            "Lamina.TinyModel",
            (string[])[.. Managed("Lamina.TinyModel"), "buildTransitive/Lamina.TinyModel.targets", "models/lamina-tiny-draft.gguf", "models/lamina-tiny.gguf"],
            None, None, None,
        ],
        [
            "Lamina.Backend.Cpu", (string[])[.. Natives, "buildTransitive/Lamina.Backend.Cpu.targets"],
            (string[])["linux-arm64", "linux-x64", "osx-arm64", "osx-x64", "win-arm64", "win-x64"], (string[])["Lamina.LlamaCpp"], None,
        ],
        ["Lamina.Backend.Vulkan", Natives, (string[])["linux-x64", "win-x64"], (string[])["Lamina.Backend.Cpu"], None],
        ["Lamina.Backend.Cuda13.Linux", Natives, (string[])["linux-x64"], (string[])["Lamina.Backend.Cpu"], None],
        ["Lamina.Backend.Cuda13.Windows", Natives, (string[])["win-x64"], (string[])["Lamina.Backend.Cpu"], None],
        [
            "Lamina.Backend.Cuda13", (string[])["lib/net10.0/_._"], None,
            (string[])["Lamina.Backend.Cuda13.Linux", "Lamina.Backend.Cuda13.Windows"], None,
        ],
    ];

    private static string[] None => [];

    private static string[] Natives => ["THIRD-PARTY-NOTICES.md", "lib/net10.0/_._"];

    [OneTimeSetUp]
    public async Task Open()
    {
        if (name.StartsWith("Lamina.Backend.Cuda13", StringComparison.Ordinal))
        {
            if (platforms.Length > 0 && !Directory.Exists(Repository.NativesOf(name)))
            {
                Assert.Ignore($"{name} is packed where its libraries, which are large, were laid out: by "
                    + $"\"dotnet build nuget/{name} -c Release -t:PrepareNatives\".");
            }

            await Feed.PackAsync(name);
        }

        _package = new(Feed.FileOf(name));
    }

    [OneTimeTearDown]
    public void Close() => _package?.Dispose();

    /// <summary>Which libraries a build lays out, the tests of the backends say file by file.</summary>
    [Test]
    public void Files_OfPackage_AreTheExpected()
    {
        var natives = Repository.NativesOf(name);
        var libraries = platforms.Length == 0 ? [] : Directory.GetFiles(natives, "*", SearchOption.AllDirectories)
            .Select(file => "runtimes/" + Path.GetRelativePath(natives, file).Replace(Path.DirectorySeparatorChar, '/'));

        Assert.Multiple(() =>
        {
            Assert.That(_package.Files, Is.EquivalentTo((string[])[.. files, .. Everywhere, name + ".nuspec", .. libraries]));
            Assert.That(
                _package.Files.Where(IsLibrary).Select(file => file.Split('/')[1]).Distinct(StringComparer.Ordinal),
                Is.EquivalentTo(platforms));
            Assert.That(_package.Files.Where(IsLibrary), Has.All.Match(@"^runtimes/[a-z0-9-]+/native/(lib)?(llama|ggml)[^/]*\.(so|dylib|dll)$"));
        });

        static bool IsLibrary(string file) => file.StartsWith("runtimes/", StringComparison.Ordinal);
    }

    [Test]
    public void Size_OfPackage_IsWhatAGalleryTakes() => Assert.That(_package.Length, Is.LessThan(250_000_000));

    [Test]
    public void Nuspec_Fields_AreWhatThePageShows() => Assert.Multiple(() =>
    {
        Assert.That(_package.Field("id"), Is.EqualTo(name));
        Assert.That(_package.Field("version"), Is.EqualTo(Version));
        Assert.That(_package.Field("license"), Is.EqualTo("MIT"));
        Assert.That(_package.Field("icon"), Is.EqualTo("icon.png"));
        Assert.That(_package.Field("readme"), Is.EqualTo("README.md"));
        Assert.That(_package.Field("authors"), Is.EqualTo("The Lamina developers"));
        Assert.That(_package.Field("copyright"), Is.Not.Empty);
        Assert.That(_package.Field("description"), Does.EndWith(".").And.Not.EqualTo("Package Description"));
        Assert.That(_package.Field("tags"), Does.Contain("gguf"));
    });

    /// <summary>Of Lamina's own exactly this version: they use each other's internals.</summary>
    [Test]
    public void Dependencies_OfPackage_AreTheExpected() => Assert.Multiple(() =>
    {
        Assert.That(_package.Dependencies.Keys, Is.EquivalentTo((string[])[.. lamina, .. others]));
        Assert.That(lamina.Select(package => _package.Dependencies[package]), Has.All.EqualTo($"[{Version}]"));
    });

    [Test]
    public void Readme_OfPackage_IsItsOwn() => Assert.That(
        Text("README.md"), Does.StartWith($"# {name}\n").And.Contain("dotnet add package"));

    [Test]
    public void Notices_OfNatives_NameWhatIsCarried()
    {
        if (platforms.Length > 0)
        {
            Assert.That(Text("THIRD-PARTY-NOTICES.md"), Does.Contain("llama.cpp").And.Contain("MIT License"));
        }
    }

    [Test]
    public void Icon_OfPackage_IsASmallPicture()
    {
        var icon = _package.Read("icon.png");
        Assert.Multiple(() =>
        {
            Assert.That(icon.AsSpan(1, 3).SequenceEqual("PNG"u8), Is.True);
            Assert.That(BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)), Is.EqualTo(128));
            Assert.That(BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20)), Is.EqualTo(128));
            Assert.That(icon, Has.Length.LessThan(10_000));
        });
    }

    [Test]
    public void Documentation_OfManagedPackage_IsBesideItsAssembly()
    {
        if (files.FirstOrDefault(file => file.EndsWith(".xml", StringComparison.Ordinal)) is { } documentation)
        {
            var members = XDocument.Parse(Text(documentation)).Descendants("member").ToArray();
            Assert.That(members, Is.Not.Empty);
            Assert.That(members.Where(member => member.Value.Trim().Length == 0 && !member.Descendants("inheritdoc").Any()), Is.Empty);
        }
    }

    private static string Version => Regex.Match(
        File.ReadAllText(Path.Combine(Repository.Root, "Directory.Build.props")), "(?<=<Version>)[^<]+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;

    private static string[] Managed(string package) => [$"lib/net10.0/{package}.dll", $"lib/net10.0/{package}.xml"];

    private string Text(string file) => Encoding.UTF8.GetString(_package.Read(file));
}
