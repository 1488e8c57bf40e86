using Lamina.Bindings;
using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>Attention of either kind: without flash attention values lie across the cache, and so in its states.</summary>
public sealed class FlashAttentionTests
{
    private const int Length = 100;
    private const double Noise = 0.02;

    private static readonly string[] Models =
        [DecoderModels.Trained, DecoderModels.Window, DecoderModels.Hybrid, DecoderModels.Experts];

    private static readonly KvLayout[] Layouts = [KvLayout.PerSequence, KvLayout.Shared];

    [Test]
    public void LoadState_OffInADecoderOfAnyLayout_ContinuesToTheBit(
        [ValueSource(nameof(Models))] string model,
        [Values(KvCacheType.F16, KvCacheType.Int8)] KvCacheType keys,
        [ValueSource(nameof(Layouts))] KvLayout from,
        [ValueSource(nameof(Layouts))] KvLayout to) =>
        DecoderModels.WithDecoders(model, Off(from, keys), Off(to, keys), (source, destination) =>
        {
            source.Read(1, DecoderSteps.Text(Length));
            source.Read(0, DecoderSteps.Text(30, seed: 2));
            var state = source.Save(1);

            destination.Read(1, DecoderSteps.Text(20, seed: 3));
            destination.Load(2, state, Length);

            Assert.That(destination.StateFormat, Is.EqualTo(source.StateFormat));
            destination.Clear(1);
            source.Clear(0);
            Assert.That(DecoderSteps.Difference(destination.Read(2, 7), source.Read(1, 7)), Is.LessThan(Noise));
            destination.Truncate(2, 0);
            destination.Load(2, state, Length);
            Assert.That(destination.Save(2).AsSpan().SequenceEqual(state));
        });

    [Test]
    public void SaveState_OffOfCellsOutOfOrder_GoesOnTheSame() =>
        DecoderModels.WithDecoders(DecoderModels.Trained, Off(KvLayout.Shared), Off(KvLayout.PerSequence), (source, destination) =>
        {
            // The second sequence fills the holes that the first one leaves.
            source.Read(0, DecoderSteps.Text(40));
            source.Read(1, DecoderSteps.Text(30, seed: 2));
            source.Truncate(0, 10);
            source.Read(1, DecoderSteps.Text(60, seed: 3));

            destination.Load(2, source.Save(1), 90);

            Assert.That(DecoderSteps.Difference(destination.Read(2, 7), source.Read(1, 7)), Is.LessThan(Noise));
        });

    [Test]
    public void LoadState_OfTheOtherKind_IsRefused([Values] bool isOff)
    {
        var (from, to) = isOff ? (FlashAttention.Off, FlashAttention.On) : (FlashAttention.On, FlashAttention.Off);
        var options = DecoderModels.Options(KvLayout.Shared, sequences: 3);
        DecoderModels.WithDecoders(
            DecoderModels.Trained, options with { FlashAttention = from }, options with { FlashAttention = to }, (source, destination) =>
            {
                source.Read(0, DecoderSteps.Text(Length));

                Assert.That(destination.StateFormat, Is.Not.EqualTo(source.StateFormat));
                var error = Assert.Throws<LaminaException>(() => destination.LoadState(0, source.Save(0), Length));
                Assert.That(error!.Message, Does.Contain("transposition"));
                Assert.That(destination.GetLength(0), Is.Zero);
                destination.Read(0, 7);
            });
    }

    [Test]
    public void LoadState_OffCutShortOrOfOtherRows_IsRefused([Range(0, 3)] int kind) =>
        DecoderModels.WithDecoder(DecoderModels.Trained, Off(KvLayout.Shared), decoder =>
        {
            decoder.Read(0, DecoderSteps.Text(10));
            var state = decoder.Save(0);
            decoder.Clear(0);
            const int rows = 255 * sizeof(uint) + (4 * sizeof(uint)) + (10 * 3 * sizeof(uint));
            const int keys = (2 * sizeof(uint)) + (4 * (sizeof(uint) + sizeof(ulong) + (10 * 256)));
            Assert.That(BitConverter.ToInt32(state, rows), Is.EqualTo(1), "values lie across");
            Assert.That(BitConverter.ToInt32(state, rows + keys + sizeof(uint)), Is.EqualTo(2), "the size of a value");
            Assert.That(BitConverter.ToInt32(state, rows + keys + (2 * sizeof(uint))), Is.EqualTo(128), "the values of a token");
            var bad = kind switch
            {
                0 => state[..^3000],
                1 => With(state, rows, 0),
                2 => With(state, rows + keys + sizeof(uint), int.MaxValue),
                _ => With(state, rows + keys + (2 * sizeof(uint)), 129),
            };

            Assert.Throws<LaminaException>(() => decoder.LoadState(0, bad, 10));

            Assert.That(decoder.GetLength(0), Is.Zero);
            decoder.Load(0, state, 10);
        });

    [Test]
    public void Read_OfEitherKind_IsTheSameButForRounding([ValueSource(nameof(Models))] string model, [ValueSource(nameof(Layouts))] KvLayout layout) =>
        DecoderModels.WithDecoders(
            model, Off(layout), Off(layout) with { FlashAttention = FlashAttention.On }, (off, on) => Assert.That(
                DecoderSteps.Difference(off.Read(1, DecoderSteps.Text(Length)), on.Read(1, DecoderSteps.Text(Length))),
                Is.LessThan(Noise)));

    [Test]
    public void ShareAndTruncate_Off_AsIfReadAfresh() =>
        DecoderModels.WithDecoder(DecoderModels.Trained, Off(KvLayout.Shared), decoder =>
        {
            var (text, other) = (DecoderSteps.Text(40), DecoderSteps.Text(9, seed: 5));
            decoder.Read(0, text);
            decoder.Share(0, 1, 30);
            decoder.Truncate(0, 35);
            var found = (decoder.Read(0, other), decoder.Read(1, other));
            decoder.Clear(0);
            decoder.Clear(1);

            decoder.Read(0, [.. text[..35]]);
            decoder.Read(1, [.. text[..30]]);

            Assert.That(DecoderSteps.Difference(found.Item1, decoder.Read(0, other)), Is.LessThan(Noise));
            Assert.That(DecoderSteps.Difference(found.Item2, decoder.Read(1, other)), Is.LessThan(Noise));
        });

    /// <summary>As in <see cref="RemoveRangeTests"/>: one layer knows nothing of other tokens.</summary>
    [Test]
    public void RemoveRange_Off_AsIfTheTokensHadNeverBeen([ValueSource(nameof(Layouts))] KvLayout layout)
    {
        using var file = TemporaryModel.OneLayer(64);
        file.WithDecoder(Off(layout), decoder =>
        {
            var text = DecoderSteps.Text(Length);
            var expected = decoder.Read(1, [.. text.AsSpan(0, 20), .. text.AsSpan(50), 7]);
            decoder.Clear(1);
            decoder.Read(1, text);

            decoder.RemoveRange(1, 20, 30);

            Assert.That(DecoderSteps.Difference(decoder.Read(1, 7), expected), Is.LessThan(Noise));
        });
    }

    [Test]
    public void StateFormat_OfEachKind_SaysWhich() => Assert.That(
        Enum.GetValues<FlashAttention>().Select(kind =>
        {
            var format = "";
            DecoderModels.WithDecoder(
                DecoderModels.Trained, Off(KvLayout.Shared) with { FlashAttention = kind }, decoder => format = decoder.StateFormat);
            return format[format.IndexOf("flash", StringComparison.Ordinal)..];
        }),
        Is.EqualTo(["flash attention auto", "flash attention on", "flash attention off"]));

    [Test]
    public void CreateDecoder_OffWithValuesInFewBits_NamesTheOptions() => Threads.Run(() =>
    {
        var error = Assert.Throws<ArgumentException>(() => DecoderModels.Load(DecoderModels.Trained)
            .CreateDecoder(Off(KvLayout.Shared) with { ValueCacheType = KvCacheType.Int8 }));
        Assert.That(error!.Message, Does.Contain("FlashAttention was Off").And.Contain("ValueCacheType Int8").And.Contain("take Auto"));
    });

    [Test]
    public void AttentionFaults_ArchitectureWithoutFlashAttention_RefusesOnAlone()
    {
        var model = DecoderModels.Load(DecoderModels.Trained).Info with { Architecture = "grok" };
        var options = Off(KvLayout.Shared);
        Assert.That(
            ContextSizes.AttentionFaults(model, options with { FlashAttention = FlashAttention.On }).Single(),
            Does.Contain("FlashAttention was On").And.Contain("take Auto"));
        Assert.That(ContextSizes.AttentionFaults(model, options), Is.Empty);
        Assert.That(ContextSizes.AttentionFaults(model, options with { FlashAttention = FlashAttention.Auto }), Is.Empty);
    }

    private static byte[] With(byte[] state, int place, int value)
    {
        var copy = state.ToArray();
        BitConverter.TryWriteBytes(copy.AsSpan(place), value);
        return copy;
    }

    private static DecoderOptions Off(KvLayout layout, KvCacheType keys = default) =>
        DecoderModels.Options(layout, sequences: 3) with { KeyCacheType = keys, FlashAttention = FlashAttention.Off };
}
