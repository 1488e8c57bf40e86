using Lamina.LlamaCpp.Interop;

namespace Lamina.LlamaCpp.Tests.Interop;

public sealed class BackendFileTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("lamina-native").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("libggml-vulkan.so", "vulkan", null)]
    [TestCase("libggml-vulkan.v0.4.0.so", "vulkan", "0.4.0")]
    [TestCase("ggml-cuda.v0.12.3.dll", "cuda", "0.12.3")]
    [TestCase("libggml-cpu-haswell.so", "cpu", null)]
    [TestCase("libggml-cpu-armv8.0_1.so", "cpu", null)]
    [TestCase("libggml-cpu.so", "cpu", null)]
    [TestCase("libggml-basement.so", "basement", null)]
    public void In_FileOfABackend_ReadsItsName(string file, string name, string? release)
    {
        var path = Path.Combine(_folder, file);
        File.WriteAllText(path, "");

        var expected = new BackendFile(path, name, release is null ? null : Version.Parse(release));
        Assert.That(BackendFile.In(_folder), Is.EqualTo(new[] { expected }));
    }

    [TestCase("libggml-base.so")]
    [TestCase("libggml.v0.4.0.so")]
    [TestCase("libllama.so")]
    [TestCase("libggml-vulkan.so.txt")]
    [TestCase("libggml-base.so.0.23.0")]
    public void In_OtherFile_IsNone(string file)
    {
        File.WriteAllText(Path.Combine(_folder, file), "");
        Assert.That(BackendFile.In(_folder), Is.Empty);
    }

    [Test]
    public void In_MissingFolder_IsNone() => Assert.That(BackendFile.In(Path.Combine(_folder, "none")), Is.Empty);

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
            var found = NativeFolder.Backends(NativeLibraries.Folder).Select(file => file.Name).ToArray();
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
