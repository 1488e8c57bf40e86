using Lamina.Runtime;

namespace Lamina.TestSupport.Conformance;

/// <summary>
/// What every <see cref="IDecoder"/> is held to when sequences are cut, moved, shared, copied out and in. What the model's
/// memory does not allow is refused, and changes nothing.
/// </summary>
/// <param name="layout">How its cells are divided.</param>
public abstract class SequenceConformance(KvLayout layout) : ConformanceFixture
{
    private static readonly int[] Beginning = DecoderSteps.Text(40);

    private static readonly int[] Middle = DecoderSteps.Text(20, seed: 2);

    private static readonly int[] End = DecoderSteps.Text(12, seed: 3);

    private DecoderOptions Sizes => Options(layout);

    private bool IsAttention => Model.Info.Memory == MemoryKind.Attention;

    [Test]
    public void Truncate_ThenOtherTokens_AsIfReadAfreshOrRefused() => WithDecoder(Sizes, decoder =>
    {
        decoder.Read(1, Beginning);
        decoder.Read(1, Middle);
        if (decoder.CanTruncate(1, Beginning.Length))
        {
            decoder.Truncate(1, Beginning.Length);
            Assert.That(decoder.GetLength(1), Is.EqualTo(Beginning.Length));
            var found = decoder.Read(1, End);

            decoder.Read(2, Beginning);
            AssertSame(found, decoder.Read(2, End));
        }
        else
        {
            Assert.That(IsAttention, Is.False, "with attention alone, any sequence can be cut");
            Assert.That(() => decoder.Truncate(1, Beginning.Length), Throws.InstanceOf<NotSupportedException>());
            AssertWhole(decoder, 1, [.. Beginning, .. Middle]);
        }
    });

    [Test]
    public void Truncate_ToItsLengthOrToNothing_AlwaysWorks() => WithDecoder(Sizes, decoder =>
    {
        decoder.Read(0, Beginning);
        Assert.That((decoder.CanTruncate(0, Beginning.Length), decoder.CanTruncate(0, 0)), Is.EqualTo((true, true)));
        decoder.Truncate(0, Beginning.Length);
        AssertWhole(decoder, 0, Beginning);

        decoder.Truncate(0, 0);
        Assert.That(decoder.GetLength(0), Is.Zero);
    });

    [Test]
    public void Truncate_ToALengthThatItDoesNotHave_IsRefused() => WithDecoder(Sizes, decoder =>
    {
        decoder.Read(0, Beginning);
        foreach (var length in new[] { -1, Beginning.Length + 1, int.MaxValue })
        {
            Assert.That(() => decoder.CanTruncate(0, length), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => decoder.Truncate(0, length), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }

        AssertWhole(decoder, 0, Beginning);
    });

    [Test]
    public void RemoveRange_OfTheMiddle_ClosesTheGapOrIsRefused() => WithDecoder(Sizes, decoder =>
    {
        decoder.Read(0, End);
        decoder.Read(1, [.. Beginning, .. Middle]);
        if (decoder.CanShift)
        {
            decoder.RemoveRange(1, 10, 20);

            Assert.That(decoder.GetLength(1), Is.EqualTo(Beginning.Length + Middle.Length - 20));
            Assert.That(decoder.Read(1, End), Has.Length.EqualTo(Model.Info.VocabularySize));
            decoder.RemoveRange(1, 10, decoder.GetLength(1) - 10);
            Assert.That(decoder.GetLength(1), Is.EqualTo(10));
            AssertWhole(decoder, 1, Beginning[..10]);
        }
        else
        {
            Assert.That(() => decoder.RemoveRange(1, 10, 20), Throws.InstanceOf<NotSupportedException>());
            AssertWhole(decoder, 1, [.. Beginning, .. Middle]);
        }

        Assert.That(decoder.GetLength(0), Is.EqualTo(End.Length));
    });

    [Test]
    public void RemoveRange_OfTokensThatThereAreNot_IsRefused() => WithDecoder(Sizes, decoder =>
    {
        decoder.Read(0, Beginning);
        foreach (var (start, count) in new[] { (-1, 1), (0, -1), (0, 41), (40, 1), (5, int.MaxValue) })
        {
            Assert.That(() => decoder.RemoveRange(0, start, count), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }

        AssertWhole(decoder, 0, Beginning);
    });

    [Test]
    public void Share_ThenOtherTokens_AsIfReadAfreshOrRefused() => WithDecoder(Sizes, decoder =>
    {
        decoder.Read(0, [.. Beginning, .. Middle]);
        if (layout != KvLayout.Shared || !IsAttention)
        {
            Assert.That(() => decoder.Share(0, 1, 10), Throws.InstanceOf<NotSupportedException>());
            Assert.That(decoder.GetLength(1), Is.Zero);
            AssertWhole(decoder, 0, [.. Beginning, .. Middle]);
            return;
        }

        decoder.Share(0, 1, Beginning.Length);
        Assert.That(decoder.GetLength(1), Is.EqualTo(Beginning.Length));
        var found = decoder.Read(1, End);
        decoder.Read(2, Beginning);
        AssertSame(found, decoder.Read(2, End));

        decoder.Clear(0);
        AssertSame(decoder.Read(1, 7), decoder.Read(2, 7), "the other's cells are gone");
    });

    [Test]
    public void Share_OfWhatThereIsNotOrIntoWhatIsTaken_IsRefused() => WithDecoder(Sizes, decoder =>
    {
        decoder.Read(0, Beginning);
        decoder.Read(1, End);
        Assert.That(() => decoder.Share(0, 1, 5), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => decoder.Share(0, 0, 5), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => decoder.Share(0, 2, Beginning.Length + 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => decoder.Share(0, 2, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(decoder.GetLength(2), Is.Zero);
    });

    [Test]
    public void LoadState_InAnotherSequence_GoesOnToTheBit() => WithDecoder(Sizes, decoder =>
    {
        decoder.Read(0, Beginning);
        var state = decoder.Save(0);
        decoder.Load(2, state, Beginning.Length);

        Assert.That(decoder.Read(2, End), Is.EqualTo(decoder.Read(0, End)));
        Assert.That(decoder.Save(2), Is.EqualTo(decoder.Save(0)));
    });

    [Test]
    public void LoadState_OfADecoderOfTheOtherLayout_GoesOnToTheBit()
    {
        var other = Options(layout == KvLayout.Shared ? KvLayout.PerSequence : KvLayout.Shared, sequences: 2, contextSize: 512);
        Threads.Run(() =>
        {
            using var source = Model.CreateDecoder(Sizes);
            using var destination = Model.CreateDecoder(other);
            Assert.That(source.StateFormat, Is.Not.Empty.And.EqualTo(destination.StateFormat));
            source.Read(1, Beginning);

            destination.Load(0, source.Save(1), Beginning.Length);

            Assert.That(destination.Read(0, 7), Is.EqualTo(source.Read(1, 7)));
            Assert.That(destination.Save(0), Is.EqualTo(source.Save(1)));
        });
    }

    [Test]
    public void LoadState_OfDamagedBytes_IsRefusedAndLeavesTheSequenceEmpty() => WithDecoder(Sizes, decoder =>
    {
        decoder.Read(0, Beginning);
        var state = decoder.Save(0);
        (string Name, byte[] Bytes, int Length)[] damaged =
        [
            ("nothing", [], 40),
            ("zeros", new byte[state.Length], 40),
            ("cut by one", state[..^1], 40),
            ("cut in half", state[..(state.Length / 2)], 40),
            ("longer by one", [.. state, 0], 40),
            ("of fewer tokens", state, 39),
            ("of more tokens", state, 41),
        ];
        foreach (var (name, bytes, length) in damaged)
        {
            Assert.That(() => decoder.LoadState(1, [.. bytes], length), Throws.InstanceOf<LaminaException>(), name);
            Assert.That(decoder.GetLength(1), Is.Zero, name);
        }

        decoder.Load(1, state, Beginning.Length);
        AssertWhole(decoder, 0, Beginning);
    });

    [Test]
    public void State_WhereItCannotBe_IsRefused() => WithDecoder(Sizes, decoder =>
    {
        decoder.Read(0, Beginning);
        var state = decoder.Save(0);
        Assert.That(() => decoder.SaveState(0, new byte[state.Length - 1]), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => decoder.SaveState(0, new byte[state.Length + 1]), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => decoder.SaveState(1, []), Throws.InstanceOf<ArgumentException>(), "an empty sequence has none");
        Assert.That(() => decoder.LoadState(0, state, Beginning.Length), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => decoder.LoadState(1, state, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        AssertWhole(decoder, 0, Beginning);
    });

    /// <summary>Whether a sequence goes on as if it had been read in one piece.</summary>
    private void AssertWhole(IDecoder decoder, int sequence, int[] text)
    {
        Assert.That(decoder.GetLength(sequence), Is.EqualTo(text.Length));
        var found = decoder.Read(sequence, 7);
        Threads.Run(() =>
        {
            using var reference = Model.CreateDecoder(Sizes);
            reference.Read(0, text);
            AssertSame(found, reference.Read(0, 7));
        });
    }
}
