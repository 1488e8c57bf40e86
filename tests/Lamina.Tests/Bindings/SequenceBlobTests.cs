using System.Buffers.Binary;
using Lamina.Bindings;
using Lamina.Runtime;

namespace Lamina.Tests.Bindings;

public sealed class SequenceBlobTests
{
    private static readonly BlobShape Plain =
        BlobBuilder.Shape(new BlobBuilder().Cache(1, own: -1, []).ToArray(), MemoryKind.Attention);

    private static readonly BlobShape Windowed = BlobBuilder.Shape(
        new BlobBuilder().Cache(1, own: -1, []).Cache(1, own: -1, []).ToArray(), MemoryKind.SlidingWindow);

    private static readonly BlobShape Recurrent =
        BlobBuilder.Shape(new BlobBuilder().Recurrent(position: null).ToArray(), MemoryKind.Recurrent);

    private static readonly BlobShape Hybrid = BlobBuilder.Shape(
        new BlobBuilder().Cache(1, own: -1, []).Recurrent(position: null).ToArray(), MemoryKind.Hybrid);

    [Test]
    public void Walk_OfKeysAndValuesInAnyForm_FindsNothingWrong([Values] bool isTransposed, [Values] bool hasValues)
    {
        var blob = new BlobBuilder { IsTransposed = isTransposed, HasValues = hasValues }.Cache(1, 0, [2, 0, 1]).ToArray();

        Assert.That(Walk(blob, Plain, length: 3, out var caches), Is.Null);
        Assert.That(caches, Is.EqualTo(new BlobCache[] { new(12, blob.Length, 3) }));
    }

    [Test]
    public void Walk_OfSeveralSections_FindsNothingWrong([Values] bool hasValues)
    {
        var windowed = new BlobBuilder { HasValues = hasValues }.Cache(1, 0, [0, 1, 2, 3]).Cache(1, 0, [3, 2]).ToArray();
        Assert.That(Walk(windowed, Windowed, length: 4, out var caches), Is.Null);
        Assert.That(caches, Has.Count.EqualTo(2));

        var hybrid = new BlobBuilder { HasValues = hasValues }.Cache(1, 0, [0, 1, 2, 3]).Recurrent(3).ToArray();
        Assert.That(Walk(hybrid, Hybrid, length: 4, out caches), Is.Null);
        Assert.That(caches, Has.Count.EqualTo(1));

        Assert.That(Walk(new BlobBuilder().Recurrent(3).ToArray(), Recurrent, length: 4, out caches), Is.Null);
        Assert.That(caches, Is.Empty);
    }

    [Test]
    public void Walk_OfPositionsOfSeveralNumbers_FindsNothingWrong()
    {
        var shape = BlobBuilder.Shape(
            new BlobBuilder().Cache(1, own: -1, []).ToArray(), MemoryKind.Attention, isExtended: true);
        var blob = new BlobBuilder { Extra = 12 }.Cache(1, 0, [0, 1]).ToArray();

        Assert.That(Walk(blob, shape, length: 2, out _), Is.Null);
        Assert.That(Walk(blob, Plain, length: 2, out _), Is.Not.Null);
        Assert.That(Walk(new BlobBuilder().Cache(1, 0, [0, 1]).ToArray(), shape, length: 2, out _), Is.Not.Null);
    }

    [TestCase(0, 1u, "does not begin")]
    [TestCase(4, 1u, "does not begin")]
    [TestCase(8, 2u, "2 streams instead of 1")]
    [TestCase(12, 0u, "no cells")]
    [TestCase(12, 2u, "2 cells for 3 tokens")]
    [TestCase(12, 4u, "4 cells for 3 tokens")]
    [TestCase(12, 0xFFFF_FFFFu, "cells for 3 tokens")]
    [TestCase(16, 3u, "position 3")]
    [TestCase(16, 1u, "cell 1 has the position 1")]
    [TestCase(16, 0xFFFF_FFFFu, "position 4294967295")]
    [TestCase(20, 0u, "not of one sequence")]
    [TestCase(20, 2u, "not of one sequence")]
    [TestCase(24, 1u, "or of another")]
    [TestCase(52, 2u, "number of layers")]
    [TestCase(56, 4u, "of layer")]
    [TestCase(56, 0xFFFF_FFFFu, "of layer")]
    [TestCase(64, 5u, "of layer")]
    [TestCase(64, 0xFFFF_FFFFu, "keys of layer 0")]
    [TestCase(68, 0xFFFF_FFFFu, "keys of layer 0")]
    [TestCase(68, 0x4000_0000u, "keys of layer 0")]
    public void Walk_OfASpoiltNumber_SaysWhatIsWrong(int at, uint number, string says)
    {
        var blob = new BlobBuilder().Cache(1, 0, [0, 1, 2]).ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(at), number);

        Assert.That(Walk(blob, Plain, length: 3, out _), Does.Contain(says));
    }

    [Test]
    public void Walk_CutShortOrTooLong_SaysSo()
    {
        (byte[] Blob, BlobShape Shape)[] states =
        [
            (new BlobBuilder().Cache(1, 0, [0, 1, 2]).ToArray(), Plain),
            (new BlobBuilder { IsTransposed = true }.Cache(1, 0, [0, 1, 2]).ToArray(), Plain),
            (new BlobBuilder().Cache(1, 0, [0, 1, 2]).Cache(1, 0, [2]).ToArray(), Windowed),
            (new BlobBuilder().Cache(1, 0, [0, 1, 2]).Recurrent(2).ToArray(), Hybrid),
            (new BlobBuilder().Recurrent(2).ToArray(), Recurrent),
        ];
        foreach (var (blob, shape) in states)
        {
            Assert.That(Walk(blob, shape, length: 3, out _), Is.Null);

            // Without its rows of values a state is one of layers that have none.
            var withoutValues = new BlobBuilder { HasValues = false }.Cache(1, 0, [0, 1, 2]).ToArray().Length;
            for (var length = 0; length < blob.Length; length++)
            {
                var fault = Walk(blob.AsSpan(0, length).ToArray(), shape, length: 3, out _);
                Assert.That(fault is null, Is.EqualTo(shape == Plain && length == withoutValues), $"{length} bytes");
            }

            Assert.That(Walk([.. blob, 0], shape, length: 3, out _), Does.Contain("left at its end"));
        }
    }

    [TestCase(new[] { 1, 2 }, null)]
    [TestCase(new[] { 3 }, "position 3")]
    [TestCase(new[] { 0, 2 }, "position 0")]
    [TestCase(new[] { 0, 1 }, "position 0")]
    [TestCase(new[] { 0, 1, 2, 3 }, "4 cells for 3")]
    public void Walk_OfAWindow_AsksForTheLastPositions(int[] positions, string? says)
    {
        var blob = new BlobBuilder().Cache(1, 0, [0, 1, 2]).Cache(1, 0, positions).ToArray();
        Assert.That(Walk(blob, Windowed, length: 3, out _), says is null ? Is.Null : Does.Contain(says));
    }

    [Test]
    public void Walk_OfARecurrentStateOfOtherRows_SaysSo()
    {
        Assert.That(Walk(new BlobBuilder().Recurrent(1).ToArray(), Recurrent, length: 3, out _), Does.Contain("position 1"));
        Assert.That(
            Walk(new BlobBuilder { Layers = 2 }.Recurrent(2).ToArray(), Recurrent, length: 3, out _),
            Does.Contain("number of layers"));

        var blob = new BlobBuilder().Recurrent(2).ToArray();
        blob[32] ^= 1;
        Assert.That(Walk(blob, Recurrent, length: 3, out _), Does.Contain("another size"));
    }

    [Test]
    public void Rewrite_ToMoreStreamsAndBack_IsWhatItWas([Values(1, 2, 5)] int streams)
    {
        var blob = new BlobBuilder().Cache(1, 0, [0, 1, 2]).Cache(1, 0, [2]).Recurrent(2).ToArray();
        var shape = BlobBuilder.Shape(
            new BlobBuilder().Cache(1, -1, []).Cache(1, -1, []).Recurrent(position: null).ToArray(), MemoryKind.Hybrid);
        Assert.That(Walk(blob, shape, length: 3, out var caches), Is.Null);

        var wide = new byte[blob.Length + shape.OtherStreamBytes(streams)];
        SequenceBlob.Rewrite(blob, caches, streams, wide);
        Assert.That(SequenceBlob.Walk(wide, shape, streams, sequence: 0, length: 3, out var wideCaches), Is.Null);

        var back = new byte[blob.Length];
        SequenceBlob.Rewrite(wide, wideCaches, streams: 1, back);
        Assert.That(back, Is.EqualTo(blob));
    }

    [Test]
    public void ClearIds_OfAStateOfAnotherSequence_MakesItEqual([Values(0, 12)] int extra)
    {
        var shape = BlobBuilder.Shape(
            new BlobBuilder().Cache(1, own: -1, []).ToArray(), MemoryKind.Attention, isExtended: extra > 0);
        var expected = new BlobBuilder { Extra = extra }.Cache(1, 0, [0, 1, 2]).ToArray();
        var blob = new BlobBuilder(sequence: 7) { Extra = extra }.Cache(1, 0, [0, 1, 2], sequence: 7).ToArray();
        Assert.That(SequenceBlob.Walk(blob, shape, streams: 1, sequence: 7, length: 3, out var caches), Is.Null);

        SequenceBlob.ClearIds(blob, shape, caches);

        Assert.That(blob, Is.EqualTo(expected));
    }

    [Test]
    public void Walk_OfTwoStreamsWithCells_SaysSo()
    {
        var one = new BlobBuilder().Cache(1, 0, [0, 1, 2]).ToArray();
        byte[] blob = [.. one, .. one.AsSpan(12)];
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(8), 2);

        var fault = SequenceBlob.Walk(blob, Plain, streams: 2, sequence: 0, length: 3, out _);

        Assert.That(fault, Does.Contain("two of its streams"));
    }

    private static string? Walk(byte[] blob, BlobShape shape, int length, out IReadOnlyList<BlobCache> caches) =>
        SequenceBlob.Walk(blob, shape, streams: 1, sequence: 0, length, out caches);
}
