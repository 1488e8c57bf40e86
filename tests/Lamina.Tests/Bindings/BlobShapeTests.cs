using Lamina.Bindings;
using Lamina.Runtime;

namespace Lamina.Tests.Bindings;

public sealed class BlobShapeTests
{
    [TestCase(MemoryKind.Attention, 1, false, ExpectedResult = true)]
    [TestCase(MemoryKind.Attention, 2, false, ExpectedResult = false)]
    [TestCase(MemoryKind.Attention, 0, false, ExpectedResult = false)]
    [TestCase(MemoryKind.Attention, 1, true, ExpectedResult = false)]
    [TestCase(MemoryKind.SlidingWindow, 1, false, ExpectedResult = true)]
    [TestCase(MemoryKind.SlidingWindow, 2, false, ExpectedResult = true)]
    [TestCase(MemoryKind.SlidingWindow, 3, false, ExpectedResult = false)]
    [TestCase(MemoryKind.SlidingWindow, 2, true, ExpectedResult = false)]
    [TestCase(MemoryKind.Recurrent, 0, true, ExpectedResult = true)]
    [TestCase(MemoryKind.Recurrent, 1, true, ExpectedResult = false)]
    [TestCase(MemoryKind.Recurrent, 0, false, ExpectedResult = false)]
    [TestCase(MemoryKind.Hybrid, 1, true, ExpectedResult = true)]
    [TestCase(MemoryKind.Hybrid, 2, true, ExpectedResult = true)]
    [TestCase(MemoryKind.Hybrid, 1, false, ExpectedResult = false)]
    public bool Recognise_OfCachesAndRecurrentMemory_KnowsThoseOfTheKind(MemoryKind kind, int caches, bool isRecurrent)
    {
        foreach (var streams in (int[])[1, 2, 256])
        {
            var empty = new BlobBuilder();
            for (var i = 0; i < caches; i++)
            {
                empty.Cache(streams, own: -1, []);
            }

            var blob = (isRecurrent ? empty.Recurrent(position: null) : empty).ToArray();
            if (BlobShape.Recognise(blob, streams, kind, isExtended: false, out var shape) is not null)
            {
                Assert.That(shape, Is.Null);
                return false;
            }

            Assert.That((shape!.Caches, shape.Recurrent.IsEmpty), Is.EqualTo((caches, !isRecurrent)));
            Assert.That(shape.OtherStreamBytes(streams), Is.EqualTo(caches * (streams - 1) * 4));
            Assert.That(shape.Reserve, Is.EqualTo(caches == 1 && !isRecurrent ? 1020 : 0));
        }

        return true;
    }

    [Test]
    public void Recognise_OfSomethingElse_SaysWhy()
    {
        const MemoryKind plain = MemoryKind.Attention;
        Assert.That(Recognise([], plain), Does.Contain("begin"));
        Assert.That(Recognise(new byte[12], plain), Does.Contain("begin"));
        Assert.That(Recognise(new BlobBuilder().ToArray(), plain), Does.Contain("0 caches"));
        Assert.That(Recognise(new BlobBuilder().Cache(1, -1, []).Number(5).ToArray(), plain), Does.Contain("4 bytes of other"));
        Assert.That(Recognise(new BlobBuilder().Cache(1, 0, [0]).ToArray(), plain), Does.Contain("0 caches"));
        Assert.That(Recognise(new BlobBuilder().Number(7).Number(7).Number(1).ToArray(), plain), Does.Contain("0 caches"));
    }

    /// <summary>Some hybrid models have an index behind their recurrent memory.</summary>
    [Test]
    public void Recognise_OfACacheBehindTheRecurrentMemory_IsNotKnown([Values(1, 2, 3, 5, 8)] int streams)
    {
        var blob = new BlobBuilder().Cache(streams, -1, []).Recurrent(position: null).Cache(streams, -1, []).ToArray();
        Assert.That(Recognise(blob, MemoryKind.Hybrid, streams), Does.Contain("1 caches"));
    }

    private static string? Recognise(byte[] empty, MemoryKind kind, int streams = 1) =>
        BlobShape.Recognise(empty, streams, kind, isExtended: false, out _);
}
