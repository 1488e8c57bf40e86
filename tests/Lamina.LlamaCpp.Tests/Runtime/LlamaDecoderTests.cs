using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>
/// Whatever would end the process inside llama_decode is refused before it. Each refusal is followed by a batch that
/// works, so that the decoder is seen to have stayed whole.
/// </summary>
public sealed class LlamaDecoderTests
{
    private static readonly DecoderOptions Options = Threads.Options;

    [Test]
    public void Decode_EmptyBatch_IsRefused() => Refused<ArgumentException>(batch: _ => { }, "0 tokens");

    [Test]
    public void Decode_MoreTokensThanTheBatchHolds_IsRefused() => Refused<ArgumentException>(
        batch =>
        {
            for (var i = 0; i <= Options.BatchSize; i++)
            {
                batch.Add(5, i, 0, output: false);
            }
        },
        $"{Options.BatchSize + 1} tokens");

    [Test]
    public void Decode_MoreOutputsThanAreKept_IsRefused() => Refused<ArgumentException>(
        batch =>
        {
            for (var i = 0; i <= Options.OutputLimit; i++)
            {
                batch.Add(5, i, 0, output: true);
            }
        },
        $"{Options.OutputLimit} are kept");

    [TestCase(-1)]
    [TestCase(262)]
    [TestCase(int.MinValue)]
    public void Decode_TokenOutsideTheVocabulary_IsRefused(int token) =>
        Refused<ArgumentException>(batch => batch.Add(token, 0, 0, output: true), "from 0 to 261");

    [TestCase(-1)]
    [TestCase(2)]
    [TestCase(int.MaxValue)]
    public void Decode_SequenceOutOfRange_IsRefused(int sequence) =>
        Refused<ArgumentOutOfRangeException>(batch => batch.Add(5, 0, sequence, output: true), "from 0 to 1");

    [TestCase(-1)]
    [TestCase(1)]
    [TestCase(int.MaxValue)]
    public void Decode_PositionThatDoesNotContinue_IsRefused(int position) =>
        Refused<ArgumentException>(batch => batch.Add(5, position, 0, output: true), "its next is 0");

    [Test]
    public void Decode_BeyondTheContext_IsRefused() => WithDecoder(decoder =>
    {
        var batch = new DecodeBatch(1);
        for (var i = 0; i < Options.ContextSize; i++)
        {
            batch.Clear();
            batch.Add(5, i, 0, output: false);
            Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
        }

        batch.Clear();
        batch.Add(5, Options.ContextSize, 0, output: false);
        Assert.Throws<ArgumentException>(() => decoder.Decode(batch));
    });

    [Test]
    public void GetLogits_OfATokenWithoutOutput_IsRefused() => WithDecoder(decoder =>
    {
        var batch = new DecodeBatch(4);
        batch.Add(5, 0, 0, output: false);
        batch.Add(6, 1, 0, output: true);
        decoder.Decode(batch);

        Assert.That(decoder.GetLogits(1).Length, Is.EqualTo(262));
        foreach (var index in new[] { -1, 0, 2, int.MaxValue })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => decoder.GetLogits(index));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.GetEmbedding(0));
    });

    [Test]
    public void GetLogits_BeforeAnyBatch_IsRefused() => WithDecoder(
        decoder => Assert.Throws<ArgumentOutOfRangeException>(() => decoder.GetLogits(0)));

    [TestCase(-1)]
    [TestCase(2)]
    [TestCase(256)]
    public void Clear_SequenceOutOfRange_IsRefused(int sequence) => WithDecoder(
        decoder => Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Clear(sequence)));

    [Test]
    public void Clear_Sequence_BeginsAnew() => WithDecoder(decoder =>
    {
        var first = DecodeOne(decoder, 65, 0, 0);
        DecodeOne(decoder, 66, 1, 0);

        decoder.Clear(0);

        Assert.That(DecodeOne(decoder, 65, 0, 0), Is.EqualTo(first).Within(1e-4));
    });

    [Test]
    public void Decode_TwoSequencesTogether_AsApart() => WithDecoder(decoder =>
    {
        var (left, right) = (DecodeOne(decoder, 65, 0, 0), DecodeOne(decoder, 90, 0, 1));
        decoder.Clear(0);
        decoder.Clear(1);

        var batch = new DecodeBatch(2);
        batch.Add(65, 0, 0, output: true);
        batch.Add(90, 0, 1, output: true);
        decoder.Decode(batch);

        Assert.That(decoder.GetLogits(0).ToArray(), Is.EqualTo(left).Within(1e-2));
        Assert.That(decoder.GetLogits(1).ToArray(), Is.EqualTo(right).Within(1e-2));
    });

    [Test]
    public void CreateDecoder_SizesThatCannotBe_AreAllNamed() => Threads.Run(() =>
    {
        using var model = Load();
        var faulty = new DecoderOptions
        {
            ContextSize = 0,
            SequenceCount = 257,
            CellCount = -1,
            BatchSize = -1,
            MicroBatchSize = 0,
            OutputLimit = 0,
            Threads = 513,
            BatchThreads = 0,
        };

        var error = Assert.Throws<ArgumentException>(() => model.CreateDecoder(faulty));
        foreach (var name in typeof(DecoderOptions).GetProperties().Where(one => one.PropertyType == typeof(int)))
        {
            Assert.That(error!.Message, Does.Contain("." + name.Name + " was"));
        }

        var cut = Options with { Embeddings = true, BatchSize = 64, MicroBatchSize = 32, OutputLimit = 64 };
        Assert.That(
            Assert.Throws<ArgumentException>(() => model.CreateDecoder(cut))!.Message,
            Does.Contain("BatchSize was 64; it must be from 1 to 32"));
    });

    [Test]
    public void EveryMember_OnAnotherThread_IsRefused() => WithDecoder(decoder =>
    {
        var found = new List<Exception?>();
        var other = new Thread(() => found.AddRange(Members(decoder).Select(member => Assert.Catch(() => member()))));
        other.Start();
        other.Join();

        Assert.That(found, Is.Not.Empty.And.All.InstanceOf<InvalidOperationException>());
    });

    [Test]
    public void Abort_BeforeABatch_StopsItUntilReset() => WithDecoder(decoder =>
    {
        decoder.Abort();
        var batch = new DecodeBatch(1);
        batch.Add(5, 0, 0, output: true);

        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Aborted));
        decoder.ResetAbort();
        decoder.Clear(0);
        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
    });

    [Test]
    public void EveryMember_AfterDisposal_IsRefused() => WithDecoder(decoder =>
    {
        decoder.Dispose();
        decoder.Dispose();
        foreach (var member in Members(decoder))
        {
            Assert.Throws<ObjectDisposedException>(() => member());
        }
    });

    [Test]
    public void Dispose_ModelBeforeDecoder_TheDecoderGoesOn() => Threads.Run(() =>
    {
        var model = Load();
        using var decoder = model.CreateDecoder(Options);
        model.Dispose();

        Assert.That(DecodeOne(decoder, 5, 0, 0), Has.Length.EqualTo(262));
        Assert.Throws<ObjectDisposedException>(() => model.CreateDecoder(Options));
        decoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Tokenizer.Encode("text"));
    });

    [Test]
    public void Decode_EmbeddingsLongerThanAMicroBatch_IsRefused() => Threads.Run(() =>
    {
        using var model = Load();
        using var decoder = model.CreateDecoder(
            Options with { Embeddings = true, BatchSize = 64, MicroBatchSize = 64, OutputLimit = 64 });
        var batch = new DecodeBatch(65);
        for (var i = 0; i < 65; i++)
        {
            batch.Add(5, i, 0, output: true);
        }

        Assert.Throws<ArgumentException>(() => decoder.Decode(batch));
        batch.Clear();
        batch.Add(5, 0, 1, output: true);
        decoder.Decode(batch);
        Assert.That(decoder.GetEmbedding(1).Length, Is.EqualTo(decoder.EmbeddingLength));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.GetEmbedding(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.GetEmbedding(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.GetLogits(0));
    });

    private static void Refused<TException>(Action<DecodeBatch> batch, string says)
        where TException : ArgumentException => WithDecoder(decoder =>
    {
        var faulty = new DecodeBatch(64);
        batch(faulty);

        var error = Assert.Throws<TException>(() => decoder.Decode(faulty));
        Assert.That(error!.Message, Does.Contain(says));
        Assert.That(DecodeOne(decoder, 5, 0, 0), Has.Length.EqualTo(262));
    });

    private static Action[] Members(IDecoder decoder) =>
    [
        () => DecodeOne(decoder, 5, 0, 0),
        () => decoder.GetLogits(0),
        () => decoder.GetEmbedding(0),
        () => decoder.GetLength(0),
        () => decoder.Clear(0),
        () => decoder.CanTruncate(0, 0),
        () => decoder.Truncate(0, 0),
        () => decoder.RemoveRange(0, 0, 0),
        () => decoder.Share(0, 1, 0),
        () => decoder.GetStateSize(0),
        () => decoder.SaveState(0, []),
        () => decoder.LoadState(0, [], 1),
    ];

    private static float[] DecodeOne(IDecoder decoder, int token, int position, int sequence)
    {
        var batch = new DecodeBatch(1);
        batch.Add(token, position, sequence, output: true);
        decoder.Decode(batch);
        return decoder.GetLogits(0).ToArray();
    }

    private static void WithDecoder(Action<IDecoder> test) => Threads.Run(() =>
    {
        using var model = Load();
        using var decoder = model.CreateDecoder(Options);
        test(decoder);
    });

    private static ILanguageModel Load() =>
        new LlamaCppRuntime().LoadAsync(TestEngines.TinyPath).GetAwaiter().GetResult();
}
