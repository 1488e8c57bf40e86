using Lamina.LlamaCpp.Interop;

namespace Lamina.LlamaCpp.Tests.Interop;

public sealed class NativeReleaseTests
{
    [TestCase("libllama.v0.4.0.so", "libggml.v0.4.0.so", "libggml-base.so")]
    [TestCase("libllama.v0.4.0.so", "libllama.vulkan.v0.4.0.so")]
    [TestCase("libllama.so", "libllama.so.0", "libllama.so.0.4.0", "libggml.so.0.23.0", "libggml-base.so.0.23.0")]
    [TestCase("libllama.0.4.0.dylib", "libggml.0.23.0.dylib")]
    [TestCase("llama.dll", "ggml.dll")]
    public void Verify_FilesOfOneRelease_AreTaken(params string[] files) =>
        Assert.That(() => NativeRelease.Verify(Parse(files)), Throws.Nothing);

    [TestCase("libllama.v0.4.0.so", "libllama.v0.5.0.so")]
    [TestCase("libggml.v0.4.0.so", "libllama.v0.5.0.so")]
    [TestCase("libllama.so.0.4.0", "libllama.so.0.5.0")]
    [TestCase("libggml-base.so.0.4.0", "libggml.so.0.5.0")]
    [TestCase("ggml.v0.4.0.dll", "llama.v0.5.0.dll")]
    public void Verify_FilesOfTwoReleases_NamesBoth(string file, string other)
    {
        var error = Assert.Throws<NativeLibraryException>(() => NativeRelease.Verify(Parse(file, other)));
        Assert.That(error!.Message, Does.Contain($"'{file}' is of version 0.4.0 and '{other}' of 0.5.0"));
    }

    [Test]
    public void Verify_BackendOfAnotherRelease_NamesBoth()
    {
        var (library, release) = (Parse("libllama.so")[0], new Version(0, 4, 0));
        Assert.That(
            () => NativeRelease.Verify(library, release, Parse("libggml-vulkan.v0.4.0.so", "libggml-cpu.so")), Throws.Nothing);

        var error = Assert.Throws<NativeLibraryException>(
            () => NativeRelease.Verify(library, release, Parse("libggml-cpu.so", "libggml-cuda.v0.5.0.so")));

        Assert.That(error!.Message, Does.Contain("'libllama.so' is of version 0.4.0 and 'libggml-cuda.v0.5.0.so' of 0.5.0"));
    }

    private static NativeFile[] Parse(params string[] files) => [.. files.Select(file => NativeFile.Parse(file)!)];
}
