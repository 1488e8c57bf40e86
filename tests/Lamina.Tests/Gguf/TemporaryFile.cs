namespace Lamina.Tests.Gguf;

/// <summary>A file that is gone after the test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lamina-").FullName;

    public TemporaryFile(byte[] content, string name = "model.gguf")
    {
        Path = System.IO.Path.Combine(_folder, name);
        File.WriteAllBytes(Path, content);
    }

    public string Path { get; }

    /// <summary>Puts another file beside this one.</summary>
    public void Add(string name, byte[] content) => File.WriteAllBytes(System.IO.Path.Combine(_folder, name), content);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
