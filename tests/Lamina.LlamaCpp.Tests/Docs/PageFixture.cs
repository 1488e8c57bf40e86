using Lamina.TestSupport;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>
/// Runs the snippets of a page in a folder of their own, in which <c>model.gguf</c> is the tiny model. The braces and line
/// lengths of a snippet are the page's.
/// </summary>
public abstract class PageFixture
{
    private readonly string _before = Environment.CurrentDirectory;
    private string _folder = "";

    [OneTimeSetUp]
    public void EnterFolder()
    {
        _folder = Directory.CreateTempSubdirectory("lamina-docs").FullName;
        File.CreateSymbolicLink(Path.Combine(_folder, "model.gguf"), TinyModel.Path);
        Environment.CurrentDirectory = _folder;
    }

    [OneTimeTearDown]
    public void LeaveFolder()
    {
        Environment.CurrentDirectory = _before;
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Puts the embedding model into the folder; without it the running test is ignored.</summary>
    protected void RequireEmbeddingModel()
    {
        var link = Path.Combine(_folder, TestEngines.MiniName);
        if (!File.Exists(link))
        {
            File.CreateSymbolicLink(link, TestModels.Require(TestEngines.MiniName));
        }
    }
}
