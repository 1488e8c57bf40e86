using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>Sizes that llama.cpp would answer by ending the process.</summary>
public sealed class DecoderSizeTests
{
    [TestCase(64, 3)]
    [TestCase(100, 16)]
    [TestCase(256, 3)]
    [TestCase(500, 7)]
    public void CreateDecoder_PoolingAMicroBatchThatIsNoMultipleOfItsSequences_Works(int contextSize, int sequences) =>
        DecoderModels.WithDecoder(TestEngines.MiniName, Pooling(contextSize, sequences), decoder =>
        {
            var batch = new DecodeBatch(contextSize);
            for (var i = 0; i < contextSize; i++)
            {
                batch.Add(1000 + i, i, sequences - 1, output: true);
            }

            Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
            Assert.That(decoder.GetEmbedding(sequences - 1).Length, Is.EqualTo(384));
        });

    [Test]
    public void Decode_PoolingMoreTokensThanThePoolHolds_HasNoRoom() =>
        DecoderModels.WithDecoder(DecoderModels.Tiny, Pooling(255, 3), decoder =>
        {
            var batch = new DecodeBatch(256);
            batch.AddText(decoder, 0, DecoderSteps.Text(200), output: true);
            Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));

            batch.Clear();
            batch.AddText(decoder, 1, DecoderSteps.Text(200), output: true);
            Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.NoRoom));
            decoder.Clear(0);
            Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
        });

    [Test]
    public void Decode_FewerOutputsThanSequences_Works([Values] bool shared) => DecoderModels.WithDecoder(
        DecoderModels.Tiny,
        DecoderModels.Options(shared ? KvLayout.Shared : KvLayout.PerSequence, sequences: 4) with { OutputLimit = 1 },
        decoder => Assert.That(decoder.Read(3, 5, 6, 7), Has.Length.EqualTo(262)));

    [Test]
    public void Decode_MoreTokensThanThePoolHolds_HasNoRoomAndChangesNothing() => DecoderModels.WithDecoder(
        DecoderModels.Tiny,
        DecoderModels.Options(KvLayout.Shared, sequences: 4, cells: 256) with { BatchSize = 1024 },
        decoder =>
        {
            decoder.Read(0, DecoderSteps.Text(20));
            var before = decoder.Save(0);
            foreach (var each in (int[])[60, 100, 256])
            {
                var batch = new DecodeBatch(1024);
                for (var sequence = 0; sequence < 4; sequence++)
                {
                    var count = sequence == 0 ? each - 20 : each;
                    batch.AddText(decoder, sequence, DecoderSteps.Text(count, seed: sequence), output: true);
                }

                Assert.That(decoder.Decode(batch), Is.EqualTo(batch.Count + 20 <= 256 ? DecodeStatus.Success : DecodeStatus.NoRoom));
                for (var sequence = 1; sequence < 4; sequence++)
                {
                    Assert.That(decoder.GetLength(sequence), Is.EqualTo(each == 60 ? 60 : 0));
                    decoder.Clear(sequence);
                }

                decoder.Truncate(0, 20);
                Assert.That(decoder.Save(0).AsSpan().SequenceEqual(before));
            }
        });

    [Test]
    public void CreateDecoder_OfMoreCellsThanCanBeCounted_IsRefused([Values(int.MaxValue, uint.MaxValue)] long cells) =>
        Threads.Run(() =>
        {
            var options = DecoderModels.Options(KvLayout.Shared, sequences: 2) with { CellCount = cells };
            var error = Assert.Throws<LaminaException>(() => DecoderModels.Load(DecoderModels.Tiny).CreateDecoder(options));
            Assert.That(error!.Message, Does.Contain($"{cells} cells"));
        });

    private static DecoderOptions Pooling(int contextSize, int sequences) => new()
    {
        ContextSize = contextSize,
        SequenceCount = sequences,
        KvLayout = KvLayout.Shared,
        CellCount = contextSize,
        BatchSize = contextSize,
        MicroBatchSize = contextSize,
        OutputLimit = contextSize,
        Threads = 1,
        BatchThreads = 1,
        Embeddings = true,
    };
}
