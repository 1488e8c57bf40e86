using Microsoft.Extensions.DependencyInjection;

namespace Lamina.LLamaSharp.Tests;

/// <summary>The C# of the package's README and of its page stands here as well, word for word, so that it compiles and runs.</summary>
public sealed class DocumentationTests
{
    private readonly string _before = Environment.CurrentDirectory;
    private string _folder = "";

    [OneTimeSetUp]
    public void EnterFolder()
    {
        _folder = Directory.CreateTempSubdirectory("lamina-docs").FullName;
        File.Copy(TinyModel.Path, Path.Combine(_folder, "model.gguf"));
        Environment.CurrentDirectory = _folder;
    }

    [OneTimeTearDown]
    public void LeaveFolder()
    {
        Environment.CurrentDirectory = _before;
        Directory.Delete(_folder, recursive: true);
    }

    [TestCase("src/Lamina.LLamaSharp/README.md")]
    [TestCase("docs/llamasharp.md")]
    public void EverySnippet_StandsHere(string page)
    {
        var here = Squeeze(Read("tests/Lamina.LLamaSharp.Tests/DocumentationTests.cs"));
        var snippets = Read(page).Split("```csharp\n").Skip(1).Select(rest => rest.Split("\n```")[0]).ToArray();

        Assert.That(snippets, Is.Not.Empty);
        Assert.That(snippets.Where(snippet => !here.Contains(Squeeze(snippet), StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Readme_Runs()
    {
        await using var engine = await LLamaSharp.LoadAsync("model.gguf");
        await foreach (var token in engine.GenerateAsync("Once upon a time", new() { MaxTokens = 64 }))
            Console.Write(token.Text);
    }

    [Test]
    public async Task Page_Runs()
    {
        await using var engine = await LLamaSharp.LoadAsync("model.gguf");
        var answer = await engine.CompleteAsync("Once upon a time", new() { MaxTokens = 64 });
        Assert.That(answer.Text, Is.Not.Empty);
    }

    [Test]
    public async Task Container_Runs()
    {
        var services = new ServiceCollection();
        services.AddLLamaSharp().AddLamina("model.gguf");
        await using var provider = services.BuildServiceProvider();

        var answer = await provider.GetRequiredService<IInferenceEngine>().CompleteAsync("Once", new() { MaxTokens = 2 });
        Assert.That(answer.Tokens, Has.Length.AtMost(2));
    }

    private static string Read(string path)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Engine.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("These tests run inside the repository.");
        }

        return File.ReadAllText(Path.Combine(root.FullName, path));
    }

    private static string Squeeze(string code) => string.Concat(code.Where(character => !char.IsWhiteSpace(character)));
}
