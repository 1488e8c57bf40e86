using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Lamina.Packages.Tests.Support;

namespace Lamina.Packages.Tests.Content;

/// <summary>The symbols beside the packages with code: portable ones, of the very assemblies that were packed.</summary>
public sealed class SymbolTests
{
    [TestCase("Lamina")]
    [TestCase("Lamina.LlamaCpp")]
    [TestCase("Lamina.LLamaSharp")]
    [TestCase("Lamina.Extensions.AI")]
    [TestCase("Lamina.Workers")]
    [TestCase("Lamina.TinyModel")]
    public void Symbols_OfPackage_BelongToItsAssembly(string name)
    {
        using var package = new PackageFile(Feed.FileOf(name));
        using var symbols = new PackageFile(Feed.FileOf(name, ".snupkg"));
        using var assembly = new PEReader(new MemoryStream(package.Read($"lib/net10.0/{name}.dll")));
        using var pdb = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(symbols.Read($"lib/net10.0/{name}.pdb")));

        var directory = assembly.ReadDebugDirectory();
        var id = new BlobContentId(pdb.GetMetadataReader().DebugMetadataHeader!.Id);
        Assert.Multiple(() =>
        {
            Assert.That(id.Guid, Is.EqualTo(assembly.ReadCodeViewDebugDirectoryData(directory[0]).Guid));
            Assert.That(directory.Select(entry => entry.Type), Does.Contain(DebugDirectoryEntryType.Reproducible));
        });
    }

    [TestCase("Lamina.Backend.Cpu")]
    [TestCase("Lamina.Backend.Vulkan")]
    public void Symbols_OfNatives_AreNotMade(string name) => Assert.Throws<InvalidOperationException>(() => Feed.FileOf(name, ".snupkg"));
}
