using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Runtime;

public sealed class ShareTests
{
    private const double Noise = 0.02;

    private static readonly DecoderOptions Pool = DecoderModels.Options(KvLayout.Shared, sequences: 3, cells: 256);

    // The real model's Q4_1 weights are the noisy ones.
    [TestCase(DecoderModels.Tiny, Noise)]
    [TestCase(DecoderModels.Experts, Noise)]
    [TestCase(DecoderModels.Smol, 0.5)]
    public void Share_ThenOtherTokens_AsIfReadAfresh(string model, double noise) =>
        DecoderModels.WithDecoder(model, Pool, decoder =>
        {
            var (text, left, right) = (DecoderSteps.Text(40), DecoderSteps.Text(9, seed: 5), DecoderSteps.Text(9, seed: 6));
            decoder.Read(0, text);
            decoder.Read(0, left);

            decoder.Share(0, 2, 40);
            Assert.That(decoder.GetLength(2), Is.EqualTo(40));
            var found = (decoder.Read(2, right), decoder.Read(0, 7));

            decoder.Clear(0);
            Assert.That(decoder.GetLength(2), Is.EqualTo(49), "the other's cells are gone");
            var after = decoder.Read(2, 7);
            decoder.Clear(2);

            // The same batches, in other cells.
            decoder.Read(0, text);
            decoder.Read(1, text);
            decoder.Read(1, left);
            var expected = (decoder.Read(0, right), decoder.Read(1, 7));
            Assert.That(DecoderSteps.Difference(found.Item1, expected.Item1), Is.LessThan(noise));
            Assert.That(DecoderSteps.Difference(found.Item2, expected.Item2), Is.LessThan(noise));
            Assert.That(DecoderSteps.Difference(after, decoder.Read(0, 7)), Is.LessThan(noise));
        });

    [Test]
    public void Share_TakesNoCells() => DecoderModels.WithDecoder(DecoderModels.Tiny, Pool, decoder =>
    {
        decoder.Read(0, DecoderSteps.Text(200));
        decoder.Share(0, 1, 200);
        decoder.Share(0, 2, 200);
        decoder.Read(1, DecoderSteps.Text(28));
        decoder.Read(2, DecoderSteps.Text(28));

        var batch = new DecodeBatch(1);
        batch.Add(5, 200, 0, output: true);
        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.NoRoom));
        decoder.Clear(1);
        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
    });

    [Test]
    public void Truncate_OfOneThatShares_LeavesTheOther() => DecoderModels.WithDecoder(DecoderModels.Tiny, Pool, decoder =>
    {
        decoder.Read(0, DecoderSteps.Text(60));
        var before = decoder.Save(0);
        decoder.Share(0, 1, 60);

        decoder.Truncate(1, 20);
        Assert.That(decoder.Save(0).AsSpan().SequenceEqual(before));
        decoder.Clear(0);
        Assert.That(decoder.GetLength(1), Is.EqualTo(20));
        decoder.Read(1, 7);
    });

    [Test]
    public void Share_OfTokensThatAreStillToMove_MovesThemForBoth()
    {
        using var file = TemporaryModel.OneLayer();
        file.WithDecoder(Pool, decoder =>
        {
            var text = DecoderSteps.Text(60);
            var expected = decoder.Read(0, [.. text[..10], .. text[30..50], 7]);
            decoder.Clear(0);
            decoder.Read(0, text);
            decoder.RemoveRange(0, 10, 20);

            decoder.Share(0, 1, 30);
            var state = decoder.Save(1);
            decoder.Load(2, state, 30);

            Assert.That(DecoderSteps.Difference(decoder.Read(2, 7), expected), Is.LessThan(Noise));
            Assert.That(DecoderSteps.Difference(decoder.Read(1, 7), expected), Is.LessThan(Noise));
            Assert.That(decoder.GetLength(0), Is.EqualTo(40));
        });
    }
}
