using System.Runtime.InteropServices;
using Lamina.Packages.Tests.Support;

namespace Lamina.Packages.Tests.Apps;

/// <summary>The program in each package's README, run as somebody runs it who copies it.</summary>
[CancelAfter(180_000)]
public sealed class ReadmeTests
{
    private App _app = null!;

    [OneTimeSetUp]
    public async Task CreateApp()
    {
        string[] packages = ["Lamina.Backend.Cpu", "Lamina.TinyModel", "Lamina.Extensions.AI", "Lamina.Workers"];
        _app = await App.CreateAsync("console", "reader", packages, "");
        File.Copy(
            Path.Combine(Repository.Root, "nuget", "Lamina.TinyModel", "lamina-tiny.gguf"), Path.Combine(_app.Folder, "model.gguf"));
    }

    [TestCase("Lamina")]
    [TestCase("Lamina.LlamaCpp")]
    [TestCase("Lamina.Extensions.AI")]
    [TestCase("Lamina.Workers")]
    [TestCase("Lamina.Backend.Vulkan")]
    [TestCase("Lamina.Backend.Cuda13")]
    [TestCase("Lamina.TinyModel")]
    public async Task Readme_Program_Runs(string package, CancellationToken cancellationToken)
    {
        // The README names a folder with a build of llama.cpp; here that of the package does for one.
        var cached = Path.Combine(Feed.Root, "cache", "lamina.backend.cpu");
        var natives = Path.Combine(Directory.GetDirectories(cached).Single(), "runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        await _app.WriteProgramAsync(
            Repository.ProgramOf(package).Replace("/opt/llama.cpp/lib", natives, StringComparison.Ordinal));

        var output = await _app.DotnetAsync(["run"], cancellationToken);
        Assert.That(output, Does.Match("[a-z]+ [a-z]+ [a-z]+").And.Not.Contain("warning"));
    }
}
