using System.Runtime.InteropServices;
using Lamina.Packages.Tests.Support;

namespace Lamina.Packages.Tests.Apps;

/// <summary>The program of the README of Lamina.Backend.Cpu, run and published in each way that .NET has.</summary>
[CancelAfter(300_000)]
public sealed class ConsoleAppTests
{
    private App _app = null!;

    [OneTimeSetUp]
    public async Task CreateApp() => _app = await App.CreateAsync(
        "console", "hello", ["Lamina.Backend.Cpu", "Lamina.TinyModel"], Repository.ProgramOf("Lamina.Backend.Cpu"));

    [Test]
    public async Task Run_ThreeLines_GenerateText(CancellationToken cancellationToken) =>
        AssertStory(await _app.DotnetAsync(["run"], cancellationToken));

    [Test]
    public async Task Publish_ForAnyPlatform_RunsInAnotherFolder(CancellationToken cancellationToken)
    {
        var (folder, said) = await _app.PublishAsync("portable", [], cancellationToken);

        Assert.That(said, Does.Not.Contain("warning"));
        Assert.That(Directory.GetDirectories(Path.Combine(folder, "runtimes")), Has.Length.EqualTo(6));
        AssertStory(await Command.RunAsync(
            Command.Dotnet, [Path.Combine(folder, "hello.dll")], Path.GetTempPath(), cancellationToken: cancellationToken));
    }

    [Test]
    public async Task Publish_SingleFile_RunsWithoutTheSdk(CancellationToken cancellationToken)
    {
        var (folder, said) = await _app.PublishAsync("single", [.. SingleFile], cancellationToken);

        Assert.That(said, Does.Not.Contain("warning"));
        Assert.That(Directory.GetFiles(folder, "*Lamina*.dll"), Is.Empty);
        AssertStory(await _app.RunPublishedAsync(folder, cancellationToken));
    }

    [Test]
    public async Task Publish_SingleFileWithLibraries_ExtractsThem(CancellationToken cancellationToken)
    {
        var (folder, said) = await _app.PublishAsync(
            "extracting", [.. SingleFile, "-p:IncludeNativeLibrariesForSelfExtract=true"], cancellationToken);

        Assert.That(said, Does.Not.Contain("warning"));
        Assert.That(Directory.GetFiles(folder, "*ggml*"), Is.Empty);
        AssertStory(await _app.RunPublishedAsync(folder, cancellationToken));
    }

    /// <summary>NuGet would take the libraries for glibc in silence.</summary>
    [Test]
    public async Task Build_ForAPlatformWithoutLibraries_Warns(CancellationToken cancellationToken)
    {
        var said = await _app.DotnetAsync(
            ["build", "-r", "linux-musl-x64", "--no-self-contained", "-p:UseAppHost=false", "-o", Path.Combine(Feed.Root, "musl")],
            cancellationToken);
        Assert.That(said, Does.Contain("warning LAMINA1005").And.Contain("no libraries of llama.cpp for linux-musl-x64"));
    }

    private static string[] SingleFile =>
        ["-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "-p:PublishSingleFile=true"];

    private static void AssertStory(string output) =>
        Assert.That(output, Does.Match("[a-z]+ [a-z]+ [a-z]+").And.Not.Contain("warning"));
}
