using Lamina.LlamaCpp.Interop;

namespace Lamina.LlamaCpp.Tests.Interop;

public sealed class NativeReleaseTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("lamina-native").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("libllama.v0.4.0.so", "libggml.v0.4.0.so", "libggml-base.so")]
    [TestCase("libllama.v0.4.0.so", "libllama.vulkan.v0.4.0.so")]
    [TestCase("libllama.so", "libllama.so.0", "libllama.so.0.4.0", "libggml.so.0.23.0", "libggml-base.so.0.23.0")]
    [TestCase("libllama.0.4.0.dylib", "libggml.0.23.0.dylib")]
    [TestCase("llama.dll", "ggml.dll")]
    public void Verify_FilesOfOneRelease_AreTaken(params string[] files)
    {
        Write(files);
        Assert.That(() => NativeRelease.Verify(_folder), Throws.Nothing);
    }

    [TestCase("libllama.v0.4.0.so", "libllama.v0.5.0.so")]
    [TestCase("libggml.v0.4.0.so", "libllama.v0.5.0.so")]
    [TestCase("libllama.so.0.4.0", "libllama.so.0.5.0")]
    [TestCase("libggml-base.so.0.4.0", "libggml.so.0.5.0")]
    [TestCase("ggml.v0.4.0.dll", "llama.v0.5.0.dll")]
    public void Verify_FilesOfTwoReleases_NamesBoth(string file, string other)
    {
        Write(file, other);

        var error = Assert.Throws<NativeLibraryException>(() => NativeRelease.Verify(_folder));

        Assert.That(error!.Message, Does.Contain(Path.Combine(_folder, file)).And.Contain("0.4.0")
            .And.Contain(Path.Combine(_folder, other)).And.Contain("0.5.0"));
    }

    [Test]
    public void Verify_BackendOfAnotherRelease_NamesBoth()
    {
        var release = new Version(0, 4, 0);
        var fitting = new[] { new BackendFile("libggml-vulkan.v0.4.0.so", "vulkan", release), new BackendFile("libggml-cpu.so", "cpu", null) };
        Assert.That(() => NativeRelease.Verify("libllama.so", release, fitting), Throws.Nothing);

        var error = Assert.Throws<NativeLibraryException>(() => NativeRelease.Verify(
            "libllama.so", release, [.. fitting, new BackendFile("libggml-cuda.v0.5.0.so", "cuda", new Version(0, 5, 0))]));

        Assert.That(error!.Message, Does.Contain("'libllama.so' is of version 0.4.0 and 'libggml-cuda.v0.5.0.so' of 0.5.0"));
    }

    private void Write(params string[] files)
    {
        foreach (var file in files)
        {
            File.WriteAllText(Path.Combine(_folder, file), "");
        }
    }
}
