using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>States go out of one decoder and into another, whatever the layouts, and lose nothing.</summary>
public sealed class StateTests
{
    private const int Length = 100;

    private static readonly string[] Models =
    [
        DecoderModels.Tiny,
        DecoderModels.Window,
        DecoderModels.Recurrent,
        DecoderModels.Hybrid,
        DecoderModels.Experts,
    ];

    private static readonly DecoderOptions Own = DecoderModels.Options(KvLayout.PerSequence, sequences: 4);
    private static readonly DecoderOptions Pool = DecoderModels.Options(KvLayout.Shared, sequences: 3, cells: 512);

    private static readonly DecoderOptions[] Layouts =
    [
        Own,
        Pool,
        DecoderModels.Options(KvLayout.PerSequence, sequences: 1),
    ];

    [Test]
    public void LoadState_InADecoderOfAnyLayout_ContinuesToTheBit(
        [ValueSource(nameof(Models))] string model, [Range(0, 2)] int from, [Range(0, 2)] int to) => Move(model, from, to);

    [TestCase(0, 1)]
    [TestCase(1, 0)]
    public void LoadState_OfARealModel_ContinuesToTheBit(int from, int to) => Move(DecoderModels.Smol, from, to);

    [Test]
    public void LoadState_BesideOtherSequences_LeavesThemAlone(
        [ValueSource(nameof(Models))] string model, [Range(0, 1)] int layout) =>
        DecoderModels.WithDecoder(model, Layouts[layout], decoder =>
        {
            var text = DecoderSteps.Text(Length);
            var expected = decoder.Read(0, [.. text, 7]);
            var state = decoder.Save(0);
            decoder.Clear(0);
            decoder.Read(0, DecoderSteps.Text(90, seed: 2));
            decoder.Read(1, DecoderSteps.Text(80, seed: 3));
            var others = (decoder.Save(0), decoder.Save(1));

            decoder.Load(2, state, Length + 1);

            Assert.That(decoder.Save(2).AsSpan().SequenceEqual(state));
            Assert.That(decoder.Save(0).AsSpan().SequenceEqual(others.Item1));
            Assert.That(decoder.Save(1).AsSpan().SequenceEqual(others.Item2));
            var next = decoder.Read(2, 8);
            decoder.Clear(0);
            decoder.Clear(1);
            decoder.Clear(2);
            Assert.That(expected, Is.EqualTo(decoder.Read(0, [.. text, 7])));
            Assert.That(DecoderSteps.Difference(next, decoder.Read(0, 8)), Is.LessThan(0.02));
        });

    [Test]
    public void SaveState_OfCellsOutOfOrder_ContinuesToTheBit() =>
        DecoderModels.WithDecoders(DecoderModels.Tiny, Pool, Own, (source, destination) =>
        {
            // The second sequence fills the holes that the first one leaves.
            source.Read(0, DecoderSteps.Text(40));
            source.Read(1, DecoderSteps.Text(30, seed: 2));
            source.Truncate(0, 10);
            source.Read(1, DecoderSteps.Text(60, seed: 3));

            destination.Load(3, source.Save(1), 90);

            var found = destination.Read(3, 7);
            Assert.That(DecoderSteps.Difference(found, source.Read(1, 7)), Is.LessThan(1e-3));
        });

    [Test]
    public void SaveState_OfSharedCells_IsOfTheOneSequence() =>
        DecoderModels.WithDecoders(DecoderModels.Tiny, Pool, Own, (source, destination) =>
        {
            source.Read(0, DecoderSteps.Text(40));
            source.Share(0, 2, 30);
            source.Read(2, DecoderSteps.Text(10, seed: 2));

            destination.Load(1, source.Save(2), 40);

            Assert.That(DecoderSteps.Difference(destination.Read(1, 7), source.Read(2, 7)), Is.LessThan(1e-3));
        });

    [Test]
    public void SaveState_WhileEverySequenceIsInUse_Works([Range(0, 1)] int layout) =>
        DecoderModels.WithDecoder(DecoderModels.Tiny, Layouts[layout], decoder =>
        {
            for (var sequence = 0; sequence < decoder.Options.SequenceCount; sequence++)
            {
                decoder.Read(sequence, DecoderSteps.Text(10 + sequence));
            }

            var state = decoder.Save(1);
            decoder.Clear(1);
            decoder.Load(1, state, 11);
        });

    [Test]
    public void GetStateSize_OfTheSameTokens_IsTheSameInEveryLayout([ValueSource(nameof(Models))] string model)
    {
        var sizes = new List<long>();
        foreach (var options in Layouts)
        {
            DecoderModels.WithDecoder(model, options, decoder =>
            {
                decoder.Read(0, DecoderSteps.Text(Length));
                sizes.Add(decoder.GetStateSize(0));
            });
        }

        Assert.That(sizes.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void StateFormat_InEveryLayout_IsTheSame()
    {
        var formats = new List<string>();
        foreach (var options in Layouts)
        {
            DecoderModels.WithDecoder(DecoderModels.Tiny, options, decoder => formats.Add(decoder.StateFormat));
        }

        Assert.That(formats, Is.All.EqualTo("llama.cpp sequence 3.1, keys F16, values F16, flash attention auto"));
    }

    [Test]
    public void StateFormat_OfKeysThatTurnWithTheSizeOfTheCache_DiffersWithIt()
    {
        var formats = new List<string>();
        using var file = TemporaryModel.LongRope();
        foreach (var cells in new[] { 256, 512 })
        {
            file.WithDecoder(
                DecoderModels.Options(KvLayout.Shared, sequences: 2, contextSize: 128, cells),
                decoder => formats.Add(decoder.StateFormat));
        }

        Assert.That(formats[0], Does.Not.Contain("long rope"));
        Assert.That(formats[1], Is.EqualTo(formats[0] + ", long rope"));
    }

    [Test]
    public void LoadState_OfPositionsOfSeveralNumbers_ContinuesToTheBit([Range(0, 2)] int from, [Range(0, 2)] int to)
    {
        using var file = TemporaryModel.MultiRope();
        var state = Array.Empty<byte>();
        var expected = Array.Empty<float>();
        file.WithDecoder(Layouts[from], decoder =>
        {
            var last = decoder.Options.SequenceCount - 1;
            decoder.Read(last, DecoderSteps.Text(Length));
            state = decoder.Save(last);
            expected = decoder.Read(last, 7);
            Assert.That(decoder.CanShift, Is.False);
        });
        file.WithDecoder(Layouts[to], decoder =>
        {
            decoder.Load(0, state, Length);
            Assert.That(decoder.Read(0, 7), Is.EqualTo(expected));
        });
    }

    [Test]
    public void LoadState_InAPoolWithoutRoom_SaysSoAndLeavesTheSequenceEmpty() =>
        DecoderModels.WithDecoder(DecoderModels.Tiny, Pool with { CellCount = 256 }, decoder =>
        {
            var text = DecoderSteps.Text(200);
            decoder.Read(0, text);
            var state = decoder.Save(0);

            Assert.That(decoder.LoadState(1, state.ToArray(), 200), Is.False);
            Assert.That(decoder.GetLength(1), Is.Zero);
            Assert.That(decoder.Save(0).AsSpan().SequenceEqual(state));

            decoder.Truncate(0, 50);
            decoder.Load(1, state, 200);
            Assert.That(decoder.Save(1).AsSpan().SequenceEqual(state));
        });

    [Test]
    public void LoadState_LongerThanTheContext_IsRefused() =>
        DecoderModels.WithDecoders(DecoderModels.Tiny, Own, Pool with { ContextSize = 99 }, (source, destination) =>
        {
            source.Read(0, DecoderSteps.Text(Length));
            Assert.Throws<ArgumentOutOfRangeException>(() => destination.LoadState(0, source.Save(0), Length));
            destination.Read(0, 7);
        });

    [Test]
    public void SaveStateAndLoadState_WhereTheyCannotBe_AreRefused() =>
        DecoderModels.WithDecoder(DecoderModels.Tiny, Own, decoder =>
        {
            Assert.Throws<ArgumentException>(() => decoder.GetStateSize(0));
            Assert.Throws<ArgumentException>(() => decoder.SaveState(0, new byte[3000]));
            Assert.Throws<ArgumentOutOfRangeException>(() => decoder.GetStateSize(4));
            Assert.Throws<ArgumentOutOfRangeException>(() => decoder.GetStateSize(-1));
            decoder.Read(0, DecoderSteps.Text(10));
            var state = decoder.Save(0);

            Assert.Throws<ArgumentException>(() => decoder.SaveState(0, new byte[state.Length - 1]));
            Assert.Throws<ArgumentException>(() => decoder.SaveState(0, new byte[state.Length + 1]));
            Assert.Throws<ArgumentException>(() => decoder.LoadState(0, state, 10));
            Assert.Throws<ArgumentOutOfRangeException>(() => decoder.LoadState(1, state, 0));
            Assert.Throws<ArgumentOutOfRangeException>(() => decoder.LoadState(-1, state, 10));
            Assert.Throws<ArgumentOutOfRangeException>(() => decoder.LoadState(4, state, 10));
            decoder.Load(1, state, 10);
        });

    [Test]
    public void GetStateSize_OfAModelWithoutMemory_IsNotSupported() => DecoderModels.WithDecoder(
        TestEngines.MiniName,
        Pool with { ContextSize = 64, CellCount = 64, BatchSize = 64, Embeddings = true },
        decoder =>
        {
            var batch = new DecodeBatch(2);
            batch.Add(101, 0, 0, output: true);
            batch.Add(102, 1, 0, output: true);
            Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));

            Assert.Throws<NotSupportedException>(() => decoder.GetStateSize(0));
            Assert.Throws<NotSupportedException>(() => decoder.Truncate(0, 1));
            Assert.Throws<NotSupportedException>(() => decoder.Share(0, 1, 1));
            Assert.That((decoder.CanShift, decoder.CanTruncate(0, 1), decoder.CanTruncate(0, 0)), Is.EqualTo((false, false, true)));
            decoder.Clear(0);
            Assert.That(decoder.GetLength(0), Is.Zero);
        });

    private static void Move(string model, int from, int to) =>
        DecoderModels.WithDecoders(model, Layouts[from], Layouts[to], (source, destination) =>
        {
            var (saved, loaded) = (source.Options.SequenceCount - 1, destination.Options.SequenceCount / 2);
            source.Read(saved, DecoderSteps.Text(Length));
            var state = source.Save(saved);

            destination.Load(loaded, state, Length);

            var found = destination.Read(loaded, 7);
            Assert.That(found, Is.EqualTo(source.Read(saved, 7)));
            Assert.That(destination.Save(loaded).AsSpan().SequenceEqual(source.Save(saved)));
        });
}
