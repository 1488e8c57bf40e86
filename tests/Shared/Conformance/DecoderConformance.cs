using Lamina.Runtime;

namespace Lamina.TestSupport.Conformance;

/// <summary>What every <see cref="IDecoder"/> is held to while it computes, with a model whose memory is attention.</summary>
/// <param name="layout">How its cells are divided.</param>
public abstract class DecoderConformance(KvLayout layout) : ConformanceFixture
{
    private DecoderOptions Sizes => Options(layout);

    [Test]
    public void GetLogits_OfTheAskedTokens_AreThereAndNoOthers() => WithDecoder(Sizes, decoder =>
    {
        Assert.That(decoder.Options, Is.EqualTo(Sizes));
        Assert.That(() => decoder.GetLogits(0).ToArray(), Throws.InstanceOf<ArgumentOutOfRangeException>(), "before any batch");
        var text = DecoderSteps.Text(20);
        var batch = new DecodeBatch(20);
        for (var i = 0; i < 20; i++)
        {
            batch.Add(text[i], i, sequence: 1, output: i % 5 == 4);
        }

        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
        for (var i = -1; i <= 20; i++)
        {
            if (i >= 0 && i % 5 == 4)
            {
                var expected = decoder.GetLogits(i).ToArray();
                Assert.That(expected, Has.Length.EqualTo(Model.Info.VocabularySize).And.All.Matches<float>(float.IsFinite));
            }
            else
            {
                Assert.That(() => decoder.GetLogits(i).ToArray(), Throws.InstanceOf<ArgumentOutOfRangeException>(), $"token {i}");
            }
        }

        Assert.That(() => decoder.GetEmbedding(1).ToArray(), Throws.InstanceOf<ArgumentOutOfRangeException>());
    });

    [Test]
    public void Decode_InBatches_AsTokenByToken() => WithDecoder(Sizes, decoder =>
    {
        var text = DecoderSteps.Text(200);
        var expected = decoder.Read(0, text);

        float[] found = [];
        foreach (var token in text)
        {
            found = decoder.Read(2, token);
        }

        AssertSame(found, expected);
        Assert.That((decoder.GetLength(0), decoder.GetLength(1), decoder.GetLength(2)), Is.EqualTo((200, 0, 200)));
    });

    [Test]
    public void Decode_SequencesTogether_AsApart() => WithDecoder(Sizes, decoder =>
    {
        int[][] texts = [DecoderSteps.Text(30), DecoderSteps.Text(7, seed: 2), DecoderSteps.Text(19, seed: 3)];
        var expected = texts.Select((text, sequence) => decoder.Read(sequence, text)).ToArray();
        for (var sequence = 0; sequence < 3; sequence++)
        {
            decoder.Clear(sequence);
        }

        // In turns, as streams are: one token of each, then the rest.
        var batch = new DecodeBatch(128);
        for (var sequence = 0; sequence < 3; sequence++)
        {
            batch.Add(texts[sequence][0], 0, sequence, output: false);
        }

        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
        batch.Clear();
        var last = new int[3];
        for (var sequence = 0; sequence < 3; sequence++)
        {
            batch.AddText(decoder, sequence, texts[sequence].AsSpan(1), output: true);
            last[sequence] = batch.Count - 1;
        }

        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
        for (var sequence = 0; sequence < 3; sequence++)
        {
            AssertSame(decoder.GetLogits(last[sequence]).ToArray(), expected[sequence], $"sequence {sequence}");
        }
    });

    [Test]
    public void Decode_BatchThatCannotBe_IsRefusedAndHarmsNothing() => WithDecoder(Sizes, decoder =>
    {
        var vocabulary = Model.Info.VocabularySize;
        (string Name, Action<DecodeBatch> Fill)[] faulty =
        [
            ("no tokens", _ => { }),
            ("too many tokens", batch => Fill(batch, Sizes.BatchSize + 1, output: false)),
            ("too many outputs", batch => Fill(batch, Sizes.OutputLimit + 1, output: true)),
            ("a token below 0", batch => batch.Add(-1, 5, 0, output: true)),
            ("a token beyond the vocabulary", batch => batch.Add(vocabulary, 5, 0, output: true)),
            ("a sequence below 0", batch => batch.Add(5, 0, -1, output: true)),
            ("a sequence that there is not", batch => batch.Add(5, 0, 3, output: true)),
            ("a position that is taken", batch => batch.Add(5, 4, 0, output: true)),
            ("a position after a gap", batch => batch.Add(5, 6, 0, output: true)),
            ("a position twice", batch => { batch.Add(5, 5, 0, output: false); batch.Add(6, 5, 0, output: true); }),
            ("a fault behind what is right", batch => { batch.Add(5, 0, 1, output: false); batch.Add(vocabulary, 1, 1, output: true); }),
        ];
        decoder.Read(0, DecoderSteps.Text(5));
        foreach (var (name, fill) in faulty)
        {
            var batch = new DecodeBatch(256);
            fill(batch);
            Assert.That(
                () => decoder.Decode(batch),
                Throws.InstanceOf<ArgumentException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo("batch"),
                name);
            Assert.That((decoder.GetLength(0), decoder.GetLength(1)), Is.EqualTo((5, 0)), name);
        }

        var found = decoder.Read(0, 7);
        decoder.Read(2, DecoderSteps.Text(5));
        AssertSame(found, decoder.Read(2, 7));

        static void Fill(DecodeBatch batch, int count, bool output)
        {
            for (var i = 0; i < count; i++)
            {
                batch.Add(5, 5 + i, 0, output);
            }
        }
    });

    [Test]
    public void Decode_BeyondTheContext_IsRefused() => WithDecoder(Sizes, decoder =>
    {
        decoder.Read(0, DecoderSteps.Text(Sizes.ContextSize));
        var batch = new DecodeBatch(1);
        batch.Add(5, Sizes.ContextSize, 0, output: true);

        Assert.That(() => decoder.Decode(batch), Throws.InstanceOf<ArgumentException>());
        Assert.That(decoder.GetLength(0), Is.EqualTo(Sizes.ContextSize));
    });

    [Test]
    public void Decode_WithoutRoom_ChangesNothing() => WithDecoder(Options(KvLayout.Shared, cells: 256), decoder =>
    {
        decoder.Read(0, DecoderSteps.Text(120));
        decoder.Read(1, DecoderSteps.Text(120, seed: 2));
        var batch = new DecodeBatch(64);
        batch.AddText(decoder, 2, DecoderSteps.Text(64, seed: 3), output: true);

        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.NoRoom));
        Assert.That((decoder.GetLength(0), decoder.GetLength(1), decoder.GetLength(2)), Is.EqualTo((120, 120, 0)));

        decoder.Clear(1);
        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
        var found = decoder.Read(0, 7);
        decoder.Clear(0);
        decoder.Read(0, DecoderSteps.Text(120));
        AssertSame(found, decoder.Read(0, 7));
    });

    [Test]
    public void LoadState_WithoutRoom_SaysSo() => WithDecoder(Options(KvLayout.Shared, cells: 256), decoder =>
    {
        decoder.Read(0, DecoderSteps.Text(120));
        decoder.Read(1, DecoderSteps.Text(100));
        var state = decoder.Save(0);

        Assert.That(decoder.LoadState(2, state, 120), Is.False);
        Assert.That(decoder.GetLength(2), Is.Zero);
        decoder.Clear(1);
        decoder.Load(2, state, 120);
    });

    [Test]
    public void Clear_Sequence_BeginsAnew() => WithDecoder(Sizes, decoder =>
    {
        var expected = decoder.Read(0, DecoderSteps.Text(20));
        decoder.Read(0, 9, 10, 11);

        decoder.Clear(0);

        Assert.That(decoder.GetLength(0), Is.Zero);
        AssertSame(decoder.Read(0, DecoderSteps.Text(20)), expected);
    });

    [Test]
    public void Abort_BeforeABatch_StopsItUntilReset() => WithDecoder(Sizes, decoder =>
    {
        var batch = new DecodeBatch(1);
        batch.Add(5, 0, 0, output: true);
        decoder.Abort();

        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Aborted));
        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Aborted));
        Assert.That(decoder.GetLength(0), Is.Zero);
        decoder.ResetAbort();
        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
    });

    /// <summary>A batch of more than 512 tokens takes far longer than the other thread waits.</summary>
    [Test]
    public void Abort_AmidALongBatch_StopsIt() => WithDecoder(
        Options(layout, sequences: 2, contextSize: 1024) with { BatchSize = 1024, MicroBatchSize = 16 },
        decoder =>
        {
            decoder.Read(0, DecoderSteps.Text(20));
            var batch = new DecodeBatch(1024);
            batch.AddText(decoder, 0, DecoderSteps.Text(1000, seed: 2), output: true);
            using var begun = new ManualResetEventSlim();
            var stopper = new Thread(() =>
            {
                begun.Wait();
                SpinWait.SpinUntil(() => false, TimeSpan.FromMilliseconds(2));
                decoder.Abort();
            });
            stopper.Start();
            begun.Set();
            var status = decoder.Decode(batch);
            stopper.Join();

            Assert.That(status, Is.EqualTo(DecodeStatus.Aborted));
            Assert.That(decoder.GetLength(0), Is.EqualTo(20).Or.Zero);
            decoder.ResetAbort();
            decoder.Clear(0);
            decoder.Read(0, DecoderSteps.Text(20));
        });

    /// <summary>The moment differs each time, so what holds at all of them is asked.</summary>
    [Test]
    public void Abort_AmidABatch_LeavesEachSequenceAsItWasOrEmpty() => WithDecoder(Sizes, decoder =>
    {
        var batch = new DecodeBatch(128);
        for (var round = 0; round < 20; round++)
        {
            decoder.Clear(0);
            decoder.Clear(1);
            decoder.Read(0, DecoderSteps.Text(20));
            batch.Clear();
            batch.AddText(decoder, 0, DecoderSteps.Text(80, seed: round), output: true);
            batch.AddText(decoder, 1, DecoderSteps.Text(40, seed: round), output: true);

            var delay = TimeSpan.FromMicroseconds(200 * round);
            var stopper = new Thread(() =>
            {
                SpinWait.SpinUntil(() => false, delay);
                decoder.Abort();
            });
            stopper.Start();
            var status = decoder.Decode(batch);
            stopper.Join();
            decoder.ResetAbort();

            if (status == DecodeStatus.Success)
            {
                Assert.That((decoder.GetLength(0), decoder.GetLength(1)), Is.EqualTo((100, 40)));
            }
            else
            {
                Assert.That(status, Is.EqualTo(DecodeStatus.Aborted));
                Assert.That((decoder.GetLength(0), decoder.GetLength(1)), Is.EqualTo((20, 0)).Or.EqualTo((0, 0)));
            }
        }

        decoder.Clear(0);
        decoder.Clear(1);
        AssertSame(decoder.Read(0, DecoderSteps.Text(20)), decoder.Read(1, DecoderSteps.Text(20)));
    });

    [Test]
    public void CreateDecoder_SizesThatCannotBe_AreAllNamed() => Threads.Run(() =>
    {
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

        var error = Assert.Throws<ArgumentException>(() => Model.CreateDecoder(faulty));
        Assert.That(error!.ParamName, Is.EqualTo("options"));
        foreach (var name in typeof(DecoderOptions).GetProperties().Where(one => one.PropertyType == typeof(int)))
        {
            Assert.That(error.Message, Does.Contain("." + name.Name + " was"));
        }
    });

    [Test]
    public void EveryMember_OnAnotherThread_IsRefused() => WithDecoder(Sizes, decoder =>
    {
        var found = new List<Exception?>();
        var other = new Thread(() => found.AddRange(Members(decoder).Select(member => Assert.Catch(() => member()))));
        other.Start();
        other.Join();

        Assert.That(found, Is.Not.Empty.And.All.InstanceOf<InvalidOperationException>());
    });

    [Test]
    public void EveryMember_AfterDisposal_IsRefused() => WithDecoder(Sizes, decoder =>
    {
        decoder.Dispose();
        decoder.Dispose();
        foreach (var member in Members(decoder))
        {
            Assert.That(() => member(), Throws.InstanceOf<InvalidOperationException>(), "ObjectDisposedException is one, too");
        }
    });

    [Test]
    public void EveryMember_OfASequenceThatThereIsNot_IsRefused() => WithDecoder(Sizes, decoder =>
    {
        foreach (var sequence in new[] { -1, 3, int.MaxValue })
        {
            Action[] members =
            [
                () => decoder.GetLength(sequence),
                () => decoder.Clear(sequence),
                () => decoder.CanTruncate(sequence, 0),
                () => decoder.Truncate(sequence, 0),
                () => decoder.RemoveRange(sequence, 0, 0),
                () => decoder.Share(sequence, 1, 0),
                () => decoder.Share(0, sequence, 0),
                () => decoder.GetStateSize(sequence),
                () => decoder.SaveState(sequence, []),
                () => decoder.LoadState(sequence, [], 1),
            ];
            foreach (var member in members)
            {
                Assert.That(() => member(), Throws.InstanceOf<ArgumentOutOfRangeException>());
            }
        }
    });

    [Test]
    public async Task Dispose_ModelBeforeDecoder_TheDecoderGoesOn()
    {
        var model = await LoadAsync();
        Threads.Run(() =>
        {
            using var decoder = model.CreateDecoder(Sizes);
            model.Dispose();
            model.Dispose();

            Assert.That(decoder.Read(0, DecoderSteps.Text(20)), Has.Length.EqualTo(model.Info.VocabularySize));
            Assert.That(() => model.CreateDecoder(Sizes), Throws.InstanceOf<ObjectDisposedException>());
        });
    }

    private static Action[] Members(IDecoder decoder) =>
    [
        () => decoder.Decode(new DecodeBatch(1)),
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
}
