using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Runtime;

public sealed class RemoveRangeTests
{
    private static readonly KvLayout[] Layouts = [KvLayout.PerSequence, KvLayout.Shared];

    [TestCase(DecoderModels.Tiny, KvLayout.PerSequence)]
    [TestCase(DecoderModels.Tiny, KvLayout.Shared)]
    [TestCase(DecoderModels.Experts, KvLayout.Shared)]
    [TestCase(DecoderModels.Smol, KvLayout.PerSequence)]
    public void SaveState_RightAfterRemoveRange_IsAsAfterABatch(string model, KvLayout layout) =>
        DecoderModels.WithDecoder(model, DecoderModels.Options(layout, sequences: 3), decoder =>
        {
            var text = DecoderSteps.Text(80);
            decoder.Read(1, text);
            var whole = decoder.Save(1);
            decoder.RemoveRange(1, 10, 30);
            Assert.That(decoder.GetLength(1), Is.EqualTo(50));
            decoder.Read(1, 7);
            decoder.Truncate(1, 50);
            var expected = decoder.Save(1);
            decoder.Clear(1);

            decoder.Load(1, whole, 80);
            decoder.RemoveRange(1, 10, 30);
            var found = decoder.Save(1);

            Assert.That(decoder.GetLength(1), Is.EqualTo(50));
            Assert.That(found.AsSpan().SequenceEqual(expected));
            decoder.Load(2, found, 50);
            Assert.That(decoder.Save(2).AsSpan().SequenceEqual(found));
        });

    /// <summary>
    /// With one layer, keys and values know nothing of other tokens, so that what remains is as if the rest had
    /// never been.
    /// </summary>
    [Test]
    public void RemoveRange_OfAModelOfOneLayer_AsIfTheTokensHadNeverBeen(
        [ValueSource(nameof(Layouts))] KvLayout layout, [Values(1, 40)] int batch)
    {
        using var file = TemporaryModel.OneLayer();
        file.WithDecoder(DecoderModels.Options(layout, sequences: 2), decoder =>
        {
            var (text, next) = (DecoderSteps.Text(100), DecoderSteps.Text(batch, seed: 4));
            var expected = decoder.Read(1, [.. text.AsSpan(0, 20), .. text.AsSpan(50, 10), .. text.AsSpan(70), .. next]);
            decoder.Clear(1);
            decoder.Read(0, text.AsSpan(0, 33));
            var other = decoder.Save(0);
            decoder.Read(1, text);

            decoder.RemoveRange(1, 20, 30);
            decoder.RemoveRange(1, 30, 10);
            var found = decoder.Read(1, next);

            Assert.That(decoder.GetLength(1), Is.EqualTo(60 + batch));
            Assert.That(DecoderSteps.Difference(found, expected), Is.LessThan(0.02));
            Assert.That(decoder.Save(0).AsSpan().SequenceEqual(other), "another sequence changed");
        });
    }

    [Test]
    public void SaveState_WithAShiftWaitingAndNoRoomForAToken_Works()
    {
        using var file = TemporaryModel.OneLayer();
        file.WithDecoder(DecoderModels.Options(KvLayout.Shared, sequences: 3, cells: 256), decoder =>
        {
            var text = DecoderSteps.Text(100);
            var expected = decoder.Read(0, [.. text.AsSpan(0, 20), .. text.AsSpan(50), 7]);
            decoder.Clear(0);
            decoder.Read(1, DecoderSteps.Text(30));
            var filler = decoder.Save(1);
            decoder.Read(1, DecoderSteps.Text(126));
            decoder.Read(0, text);

            decoder.RemoveRange(0, 20, 30);
            decoder.Load(2, filler, 30);
            var state = decoder.Save(0);

            decoder.Clear(1);
            decoder.Load(1, state, 70);
            Assert.That(DecoderSteps.Difference(decoder.Read(1, 7), expected), Is.LessThan(0.02));
            Assert.That(decoder.Save(2).AsSpan().SequenceEqual(filler));
        });
    }

    [Test]
    public void SaveState_AfterAnAbortThatStillStands_AppliesTheShift() => DecoderModels.WithDecoder(
        DecoderModels.Tiny, DecoderModels.Options(KvLayout.PerSequence, sequences: 2), decoder =>
        {
            decoder.Read(0, DecoderSteps.Text(80));
            var whole = decoder.Save(0);
            decoder.RemoveRange(0, 10, 30);
            var expected = decoder.Save(0);
            decoder.Clear(0);
            decoder.Load(0, whole, 80);
            decoder.RemoveRange(0, 10, 30);

            decoder.Abort();
            var found = decoder.Save(0);

            Assert.That(found.AsSpan().SequenceEqual(expected));
        });

    [Test]
    public void RemoveRange_FromTheEndOrOfAll_IsACut() => DecoderModels.WithDecoder(
        DecoderModels.Tiny, DecoderModels.Options(KvLayout.PerSequence, sequences: 2), decoder =>
        {
            var text = DecoderSteps.Text(40);
            decoder.Read(0, text.AsSpan(0, 30));
            var expected = decoder.Save(0);
            decoder.Read(0, text.AsSpan(30));

            decoder.RemoveRange(0, 30, 10);
            Assert.That(decoder.Save(0).AsSpan().SequenceEqual(expected));

            decoder.RemoveRange(0, 5, 0);
            Assert.That(decoder.Save(0).AsSpan().SequenceEqual(expected));

            decoder.RemoveRange(0, 0, 30);
            Assert.That(decoder.GetLength(0), Is.Zero);
        });
}
