using Lamina.LlamaCpp.Interop;

namespace Lamina.LlamaCpp.Tests.Interop;

public sealed class NativeFileTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("lamina-native").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("libllama.so", "llama", null, null)]
    [TestCase("libllama.v0.4.0.so", "llama", null, "0.4.0")]
    [TestCase("libllama.metal.v0.4.0.dylib", "llama", null, "0.4.0")]
    [TestCase("llama.v0.4.0.dll", "llama", null, "0.4.0")]
    [TestCase("libllama.so.0", "llama", null, null)]
    [TestCase("libggml-base.so", "ggml-base", null, null)]
    [TestCase("libggml-vulkan.so", "ggml-vulkan", "vulkan", null)]
    [TestCase("libggml-vulkan.v0.4.0.so", "ggml-vulkan", "vulkan", "0.4.0")]
    [TestCase("ggml-cuda.v0.12.3.dll", "ggml-cuda", "cuda", "0.12.3")]
    [TestCase("libggml-cpu-haswell.so", "ggml-cpu-haswell", "cpu", null)]
    [TestCase("libggml-cpu-armv8.0_1.so", "ggml-cpu-armv8", "cpu", null)]
    [TestCase("libggml-cpu.so", "ggml-cpu", "cpu", null)]
    [TestCase("libggml-basement.so", "ggml-basement", "basement", null)]
    public void Parse_OneOfLlamaCpp_ReadsItsName(string file, string library, string? backend, string? release)
    {
        var found = NativeFile.Parse(Path.Combine(_folder, file))!;

        Assert.That((found.Library, found.Backend), Is.EqualTo((library, backend)));
        Assert.That((found.Version?.ToString(), found.IsRelease), Is.EqualTo((release, release is not null)));
    }

    [TestCase("libllama.so.0.4.0", "0.4.0")]
    [TestCase("libggml.0.23.1.dylib", "0.23.1")]
    [TestCase("libggml-cpu.so.0.23.1", "0.23.1")]
    public void Parse_VersionOfItsOwn_IsNoRelease(string file, string version)
    {
        var found = NativeFile.Parse(file)!;
        Assert.That((found.Version?.ToString(), found.IsRelease, found.Backend), Is.EqualTo((version, false, default(string))));
    }

    [TestCase("libllama-common.so")]
    [TestCase("llama-addon.node")]
    [TestCase("libllama.so.txt")]
    [TestCase("libggml-vulkan.so.txt")]
    [TestCase("myllama.so")]
    [TestCase("libllama")]
    [TestCase("so")]
    [TestCase("")]
    public void Parse_AnotherFile_IsNone(string file) => Assert.That(NativeFile.Parse(file), Is.Null);

    [Test]
    public void In_Folder_IsOrderedByName()
    {
        foreach (var file in (string[])["libllama.v0.4.0.so", "README.md", "libggml-vulkan.so"])
        {
            File.WriteAllText(Path.Combine(_folder, file), "");
        }

        Assert.That(NativeFile.In(_folder).Select(file => file.Library), Is.EqualTo(new[] { "ggml-vulkan", "llama" }));
    }

    [Test]
    public void In_MissingFolder_IsNone() => Assert.That(NativeFile.In(Path.Combine(_folder, "none")), Is.Empty);

    [Test]
    public void Backends_InAFolderOfPackages_CountWhereTheySayTheirRelease()
    {
        NativeLibraries.Load(null);
        if (!NativeLibraries.Folder.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal))
        {
            Assert.Ignore("LAMINA_NATIVE_PATH is set: no other folder counts.");
        }

        string[] files = ["libggml-elsewhere.v9.9.9.so", "libggml-foreign.so"];
        foreach (var file in files)
        {
            File.WriteAllText(Path.Combine(AppContext.BaseDirectory, file), "");
        }

        try
        {
            var found = NativeFolder.Backends(NativeLibraries.Folder).Select(file => file.Backend).ToArray();
            Assert.That(found, Has.Some.EqualTo("cpu").And.Some.EqualTo("elsewhere").And.None.EqualTo("foreign"));
            Assert.That(NativeFolder.Backends(_folder), Is.Empty, "the application chose the folder");
        }
        finally
        {
            foreach (var file in files)
            {
                File.Delete(Path.Combine(AppContext.BaseDirectory, file));
            }
        }
    }
}
