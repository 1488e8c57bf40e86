using Lamina.LlamaCpp.Interop;
using Lamina.LlamaCpp.Tests.Samples;

namespace Lamina.LlamaCpp.Tests.Interop;

/// <summary>A process loads the libraries once, so each way of failing has a process of its own.</summary>
[CancelAfter(60_000)]
public sealed class NativeFailureTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder()
    {
        NativeLibraries.Load(null);
        _folder = Directory.CreateTempSubdirectory("lamina-native").FullName;
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public Task Load_FolderWithoutLibraries_SaysWhatWasLookedFor(CancellationToken cancellationToken) =>
        FailsWith("LAMINA_NATIVE_PATH names", cancellationToken);

    [Test]
    public Task Load_FilesThatAreNoLibraries_NamesTheFile(CancellationToken cancellationToken)
    {
        foreach (var library in Files())
        {
            File.WriteAllText(Path.Combine(_folder, Path.GetFileName(library)), "not a library");
        }

        return FailsWith("could not be loaded", cancellationToken);
    }

    [Test]
    public Task Load_OneLibraryMissing_NamesIt(CancellationToken cancellationToken)
    {
        Link(Files().Where(file => !Path.GetFileName(file).Contains("ggml-base", StringComparison.Ordinal)));
        return FailsWith("holds no ggml-base library", cancellationToken);
    }

    [Test]
    public Task Load_NoLibraryForAnyProcessor_SaysSo(CancellationToken cancellationToken)
    {
        Link(Files());
        return FailsWith("holds no CPU backend", cancellationToken);
    }

    [Test]
    public Task Load_LibrariesOfTwoReleases_NamesBoth(CancellationToken cancellationToken)
    {
        Link(Files());
        File.WriteAllText(Path.Combine(_folder, "libllama.v0.9.0.so"), "never loaded");
        return FailsWith("of 0.9.0", cancellationToken);
    }

    [Test]
    public Task Load_BackendOfAnotherRelease_NamesBoth(CancellationToken cancellationToken)
    {
        Link(Files());
        File.WriteAllText(Path.Combine(_folder, "libggml-vulkan.v0.9.0.so"), "never loaded");
        return FailsWith("libggml-vulkan.v0.9.0.so' is of version 0.9.0", cancellationToken);
    }

    private static IEnumerable<string> Files() =>
        ((string[])["ggml-base", "ggml", "llama"]).Select(name => NativeLibraries.FindFile(NativeLibraries.Folder, name)!);

    private void Link(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }
    }

    private async Task FailsWith(string says, CancellationToken cancellationToken)
    {
        var result = await SampleProcess.RunAsync(
            "Generate",
            ["--model", TestEngines.TinyPath, "--prompt", "x"],
            nativePath: _folder,
            cancellationToken: cancellationToken);

        Assert.That(result.Error, Does.StartWith("error: ").And.Contain(says).And.Contain(_folder));
        Assert.That(result.ExitCode, Is.EqualTo(1));
    }
}
