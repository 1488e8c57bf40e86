using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Runtime;

public sealed class TruncateTests
{
    private const int Window = 64;

    private static readonly string[] Attention = [DecoderModels.Tiny, DecoderModels.Experts];
    private static readonly string[] States = [DecoderModels.Recurrent, DecoderModels.Hybrid];
    private static readonly KvLayout[] Layouts = [KvLayout.PerSequence, KvLayout.Shared];

    [Test]
    public void Truncate_ThenOtherTokens_AsIfReadAfreshToTheBit(
        [ValueSource(nameof(Attention))] string model, [ValueSource(nameof(Layouts))] KvLayout layout) =>
        DecoderModels.WithDecoder(model, DecoderModels.Options(layout, sequences: 3), decoder =>
        {
            var (text, other) = (DecoderSteps.Text(50), DecoderSteps.Text(12, seed: 5));
            decoder.Read(2, DecoderSteps.Text(40, seed: 9));
            decoder.Read(1, text);
            decoder.Read(1, DecoderSteps.Text(40, seed: 3));

            decoder.Truncate(1, 50);
            Assert.That(decoder.GetLength(1), Is.EqualTo(50));
            var found = decoder.Read(1, other);

            decoder.Clear(1);
            decoder.Read(1, text);
            Assert.That(found, Is.EqualTo(decoder.Read(1, other)));
        });

    [Test]
    public void Truncate_ToItsLengthOrToNothing_WorksWithEveryMemory(
        [Values(DecoderModels.Tiny, DecoderModels.Window, DecoderModels.Recurrent, DecoderModels.Hybrid)] string model,
        [ValueSource(nameof(Layouts))] KvLayout layout) =>
        DecoderModels.WithDecoder(model, DecoderModels.Options(layout, sequences: 2), decoder =>
        {
            var text = DecoderSteps.Text(100);
            decoder.Read(1, text);
            var before = decoder.Save(1);

            decoder.Truncate(1, 100);
            Assert.That(decoder.Save(1).AsSpan().SequenceEqual(before));

            var expected = decoder.Read(1, 7);
            decoder.Truncate(1, 0);
            Assert.That(decoder.GetLength(1), Is.Zero);
            decoder.Read(1, text);
            Assert.That(decoder.Read(1, 7), Is.EqualTo(expected));
        });

    [Test]
    public void Truncate_OfAStateThatCannotGoBack_IsRefusedAndChangesNothing(
        [ValueSource(nameof(States))] string model, [ValueSource(nameof(Layouts))] KvLayout layout) =>
        DecoderModels.WithDecoder(model, DecoderModels.Options(layout, sequences: 2), decoder =>
        {
            decoder.Read(0, DecoderSteps.Text(20));
            var before = decoder.Save(0);

            foreach (var length in (int[])[1, 10, 19])
            {
                Assert.That(decoder.CanTruncate(0, length), Is.False);
                Assert.Throws<NotSupportedException>(() => decoder.Truncate(0, length));
            }

            Assert.That((decoder.CanTruncate(0, 0), decoder.CanTruncate(0, 20)), Is.EqualTo((true, true)));
            Assert.That(decoder.GetLength(0), Is.EqualTo(20));
            Assert.That(decoder.Save(0).AsSpan().SequenceEqual(before));
        });

    [Test]
    public void Truncate_WithinTheWindow_AsIfReadAfreshToTheBit([ValueSource(nameof(Layouts))] KvLayout layout) =>
        DecoderModels.WithDecoder(DecoderModels.Window, DecoderModels.Options(layout, sequences: 2), decoder =>
        {
            var (text, other) = (DecoderSteps.Text(30), DecoderSteps.Text(90, seed: 5));
            decoder.Read(0, text);
            decoder.Read(0, DecoderSteps.Text(Window - 30, seed: 3));

            Assert.That(decoder.CanTruncate(0, 30), Is.True);
            decoder.Truncate(0, 30);
            var found = decoder.Read(0, other);

            decoder.Clear(0);
            decoder.Read(0, text);
            Assert.That(found, Is.EqualTo(decoder.Read(0, other)));
        });

    [Test]
    public void Truncate_BeyondTheWindow_IsRefused([ValueSource(nameof(Layouts))] KvLayout layout) =>
        DecoderModels.WithDecoder(DecoderModels.Window, DecoderModels.Options(layout, sequences: 2), decoder =>
        {
            decoder.Read(0, DecoderSteps.Text(Window + 1));

            Assert.That(decoder.CanTruncate(0, Window), Is.False);
            Assert.Throws<NotSupportedException>(() => decoder.Truncate(0, 10));
            Assert.That(decoder.GetLength(0), Is.EqualTo(Window + 1));
            decoder.Truncate(0, 0);
            decoder.Read(0, DecoderSteps.Text(Window));
            Assert.That(decoder.CanTruncate(0, Window - 1), Is.True);
        });

    [Test]
    public void Truncate_OfALoadedStateThatHasLostItsFirstCells_IsRefused() => DecoderModels.WithDecoder(
        DecoderModels.Window, DecoderModels.Options(KvLayout.PerSequence, sequences: 2), decoder =>
        {
            decoder.Read(0, DecoderSteps.Text(150));
            decoder.Load(1, decoder.Save(0), 150);

            Assert.That(decoder.CanTruncate(1, 149), Is.False);
            Assert.That(decoder.CanTruncate(1, 20), Is.False);
        });

    [TestCase(DecoderModels.Tiny, MemoryKind.Attention)]
    [TestCase(DecoderModels.Experts, MemoryKind.Attention)]
    [TestCase(DecoderModels.Window, MemoryKind.SlidingWindow)]
    [TestCase(DecoderModels.Recurrent, MemoryKind.Recurrent)]
    [TestCase(DecoderModels.Hybrid, MemoryKind.Hybrid)]
    public void Info_OfEachKindOfModel_SaysWhatItKeeps(string model, MemoryKind expected)
    {
        Assert.That(DecoderModels.Load(model).Info.Memory, Is.EqualTo(expected));
        DecoderModels.WithDecoder(model, DecoderModels.Options(KvLayout.Shared, sequences: 2), decoder =>
        {
            Assert.That(decoder.CanShift, Is.EqualTo(expected == MemoryKind.Attention));
            decoder.Read(0, 5, 6, 7);
            if (expected != MemoryKind.Attention)
            {
                Assert.Throws<NotSupportedException>(() => decoder.RemoveRange(0, 0, 1));
                Assert.Throws<NotSupportedException>(() => decoder.Share(0, 1, 2));
                Assert.That((decoder.GetLength(0), decoder.GetLength(1)), Is.EqualTo((3, 0)));
            }
        });
    }
}
