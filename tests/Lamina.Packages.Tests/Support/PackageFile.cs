using System.IO.Compression;
using System.Xml.Linq;

namespace Lamina.Packages.Tests.Support;

/// <summary>A package as a file, opened.</summary>
internal sealed class PackageFile : IDisposable
{
    private readonly ZipArchive _archive;

    public PackageFile(string path)
    {
        Length = new FileInfo(path).Length;
        _archive = ZipFile.OpenRead(path);
        Files = [.. _archive.Entries.Select(entry => entry.FullName).Where(name => !IsEnvelope(name)).Order(StringComparer.Ordinal)];
        Metadata = XDocument.Load(new MemoryStream(Read(Files.Single(name => name.EndsWith(".nuspec", StringComparison.Ordinal)))))
            .Root!.Elements().Single();
    }

    /// <summary>Its size in bytes.</summary>
    public long Length { get; }

    /// <summary>What is in it, without the parts of its envelope.</summary>
    public string[] Files { get; }

    /// <summary>The metadata of its nuspec.</summary>
    public XElement Metadata { get; }

    /// <summary>What it depends on: names, and versions as they are written.</summary>
    public Dictionary<string, string> Dependencies => Metadata.Descendants()
        .Where(element => element.Name.LocalName is "dependency")
        .ToDictionary(element => element.Attribute("id")!.Value, element => element.Attribute("version")!.Value, StringComparer.Ordinal);

    /// <summary>The text of an element of the metadata, or null.</summary>
    public string? Field(string name) => Metadata.Elements().FirstOrDefault(element => string.Equals(element.Name.LocalName, name, StringComparison.Ordinal))?.Value;

    /// <summary>The bytes of a file.</summary>
    public byte[] Read(string name)
    {
        using var stream = _archive.GetEntry(name)!.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    public void Dispose() => _archive.Dispose();

    private static bool IsEnvelope(string name) =>
        name is "[Content_Types].xml" or "_rels/.rels" || name.StartsWith("package/", StringComparison.Ordinal);
}
