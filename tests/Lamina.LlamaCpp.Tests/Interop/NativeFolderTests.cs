using Lamina.LlamaCpp.Interop;

namespace Lamina.LlamaCpp.Tests.Interop;

public sealed class NativeFolderTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("lamina-native").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("libllama.so")]
    [TestCase("libllama.v0.4.0.so")]
    [TestCase("libllama.so.0.5.0")]
    [TestCase("libllama.metal.v0.4.0.dylib")]
    [TestCase("llama.v0.4.0.dll")]
    [TestCase("llama.dll")]
    public void Find_FolderWithTheLibrary_TakesIt(string file)
    {
        File.WriteAllText(Path.Combine(_folder, file), "");
        Assert.That(NativeFolder.Find(_folder), Is.EqualTo(_folder));
    }

    [TestCase("libllama-common.so")]
    [TestCase("llama-addon.node")]
    [TestCase("libllama.so.txt")]
    [TestCase("myllama.so")]
    public void Find_FolderWithoutIt_NamesTheSetting(string file)
    {
        File.WriteAllText(Path.Combine(_folder, file), "");
        var error = Assert.Throws<NativeLibraryException>(() => NativeFolder.Find(_folder));
        Assert.That(error!.Message, Does.Contain("NativePath").And.Contain(_folder));
    }

    [Test]
    public void Find_MissingFolder_NamesTheSetting() => Assert.Throws<NativeLibraryException>(
        () => NativeFolder.Find(Path.Combine(_folder, "none")));

    [Test]
    public void Load_FromElsewhereAfterwards_NamesBothFolders()
    {
        NativeLibraries.Load(null);
        NativeLibraries.Load(NativeLibraries.Folder);

        var error = Assert.Throws<NativeLibraryException>(() => NativeLibraries.Load(_folder));

        Assert.That(error!.Message, Does.Contain(NativeLibraries.Folder).And.Contain(_folder));
    }
}
