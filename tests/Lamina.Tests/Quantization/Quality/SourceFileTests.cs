using Lamina.Quantization.Quality;

namespace Lamina.Tests.Quantization.Quality;

/// <summary>The temporary file of the source's distributions.</summary>
internal sealed class SourceFileTests
{
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("lamina-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Read_InAnyOrder_GivesWhatWasWritten()
    {
        using (var file = new SourceFile(_folder, positions: 20, vocabularySize: 33))
        {
            Parallel.For(0, 20, i => file.Write(i, new(-i, i, i, -i), Codes(i)));
            for (var i = 19; i >= 0; i--)
            {
                var codes = new ushort[33];
                Assert.That(file.Read(i, codes), Is.EqualTo(new SourcePosition(-i, i, i, -i)));
                Assert.That(codes, Is.EqualTo(Codes(i)));
            }
        }

        Assert.That(Directory.GetFiles(_folder), Is.Empty);
    }

    [Test]
    public void Create_MoreThanTheDiskHolds_ThrowsAndLeavesNothing()
    {
        Assert.That(() => new SourceFile(_folder, positions: 1_000_000, vocabularySize: int.MaxValue / 2), Throws.InstanceOf<IOException>());
        Assert.That(Directory.GetFiles(_folder), Is.Empty);
    }

    private static ushort[] Codes(int i) => [.. Enumerable.Range(0, 33).Select(token => (ushort)(token * 1000 * i))];
}
