using Lamina.Runtime;

namespace Lamina.TestSupport.Conformance;

/// <summary>What every <see cref="IDecoder"/> is held to that pools embeddings.</summary>
public abstract class EmbeddingConformance : ConformanceFixture
{
    private static readonly DecoderOptions Sizes = Options(KvLayout.Shared, cells: 256) with
    {
        Embeddings = true,
        BatchSize = 128,
        MicroBatchSize = 128,
        OutputLimit = 128,
    };

    [Test]
    public void GetEmbedding_OfSequencesTogether_AsApart() => WithDecoder(Sizes, decoder =>
    {
        int[][] texts = [DecoderSteps.Text(30), DecoderSteps.Text(7, seed: 2), DecoderSteps.Text(19, seed: 3)];
        var apart = texts.Select(text => Embed(decoder, text).Single()).ToArray();
        var together = Embed(decoder, texts);

        for (var i = 0; i < texts.Length; i++)
        {
            Assert.That(together[i], Has.Length.EqualTo(decoder.EmbeddingLength).And.All.Matches<float>(float.IsFinite));
            AssertSame(together[i], apart[i], $"text {i}");
        }

        Assert.That(together[0], Is.Not.EqualTo(together[1]));
    });

    [Test]
    public void GetEmbedding_OfASequenceThatWasNotInTheBatch_IsRefused() => WithDecoder(Sizes, decoder =>
    {
        Assert.That(() => decoder.GetEmbedding(0).ToArray(), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Embed(decoder, DecoderSteps.Text(5));
        foreach (var sequence in new[] { -1, 1, 3, int.MaxValue })
        {
            Assert.That(() => decoder.GetEmbedding(sequence).ToArray(), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }

        Assert.That(() => decoder.GetLogits(0).ToArray(), Throws.InstanceOf<ArgumentOutOfRangeException>());
    });

    [Test]
    public void Decode_MoreThanAMicroBatch_IsRefused() => WithDecoder(Sizes, decoder =>
    {
        var batch = new DecodeBatch(129);
        batch.AddText(decoder, 0, DecoderSteps.Text(129), output: true);

        Assert.That(() => decoder.Decode(batch), Throws.InstanceOf<ArgumentException>());
        Assert.That(Embed(decoder, DecoderSteps.Text(128)).Single(), Has.Length.EqualTo(decoder.EmbeddingLength));
    });

    [Test]
    public void CreateDecoder_BatchLargerThanAMicroBatch_IsRefused() => Threads.Run(() => Assert.That(
        () => Model.CreateDecoder(Sizes with { MicroBatchSize = 32 }),
        Throws.InstanceOf<ArgumentException>().With.Message.Contains("BatchSize was 128; it must be from 1 to 32")));

    private static float[][] Embed(IDecoder decoder, params int[][] texts)
    {
        var batch = new DecodeBatch(256);
        for (var sequence = 0; sequence < texts.Length; sequence++)
        {
            decoder.Clear(sequence);
            batch.AddText(decoder, sequence, texts[sequence], output: true);
        }

        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
        return [.. texts.Select((_, sequence) => decoder.GetEmbedding(sequence).ToArray())];
    }
}
