using Lamina.Bindings;
using Lamina.Gguf;
using Lamina.Runtime;
using Lamina.TestSupport.Gguf;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>Keys and values in few bits: whatever can be done with a sequence can be done with them.</summary>
public sealed class KvCacheTypeTests
{
    private const int Length = 100;

    private static readonly string[] Models =
        [DecoderModels.Trained, DecoderModels.Window, DecoderModels.Hybrid, DecoderModels.Experts];

    private static readonly KvLayout[] Layouts = [KvLayout.PerSequence, KvLayout.Shared];

    [Test]
    public void LoadState_InADecoderOfAnyLayout_ContinuesToTheBit(
        [ValueSource(nameof(Models))] string model,
        [Values] KvCacheType keys,
        [Values] KvCacheType values,
        [ValueSource(nameof(Layouts))] KvLayout from,
        [ValueSource(nameof(Layouts))] KvLayout to) =>
        DecoderModels.WithDecoders(model, Options(from, keys, values), Options(to, keys, values), (source, destination) =>
        {
            source.Read(1, DecoderSteps.Text(Length));
            var state = source.Save(1);

            destination.Load(2, state, Length);

            Assert.That(destination.StateFormat, Is.EqualTo(source.StateFormat));
            Assert.That(destination.Read(2, 7), Is.EqualTo(source.Read(1, 7)));
            Assert.That(destination.Save(2).AsSpan().SequenceEqual(source.Save(1)));
        });

    [Test]
    public void LoadState_OfOtherTypes_IsRefused([Values] bool otherKeys)
    {
        var other = otherKeys
            ? Options(KvLayout.Shared, KvCacheType.Int4, KvCacheType.Int8)
            : Options(KvLayout.Shared, KvCacheType.Int8, KvCacheType.Int4);
        var options = Options(KvLayout.Shared, KvCacheType.Int8, KvCacheType.Int8);
        DecoderModels.WithDecoders(DecoderModels.Trained, options, other, (source, destination) =>
        {
            source.Read(0, DecoderSteps.Text(Length));

            Assert.That(destination.StateFormat, Is.Not.EqualTo(source.StateFormat));
            Assert.Throws<LaminaException>(() => destination.LoadState(0, source.Save(0), Length));
            Assert.That(destination.GetLength(0), Is.Zero);
            destination.Read(0, 7);
        });
    }

    [Test]
    public void StateFormat_OfFewBits_NamesTheTypes() => DecoderModels.WithDecoder(
        DecoderModels.Trained,
        Options(KvLayout.Shared, KvCacheType.Int8, KvCacheType.Int4),
        decoder => Assert.That(
            decoder.StateFormat, Is.EqualTo("llama.cpp sequence 3.1, keys Q8_0, values Q4_0, flash attention auto")));

    /// <summary>4 layers of 2 heads of 64 numbers.</summary>
    [TestCase(KvCacheType.F16, KvCacheType.F16, 2 * 1024)]
    [TestCase(KvCacheType.Int8, KvCacheType.F16, (16 * 34) + 1024)]
    [TestCase(KvCacheType.F16, KvCacheType.Int8, 1024 + (16 * 34))]
    [TestCase(KvCacheType.Int4, KvCacheType.Int8, (16 * 18) + (16 * 34))]
    public void GetStateSize_OfOneTokenMore_IsAsTheTypesSay(KvCacheType keys, KvCacheType values, int bytes) =>
        DecoderModels.WithDecoder(DecoderModels.Trained, Options(KvLayout.Shared, keys, values), decoder =>
        {
            const int cell = 3 * sizeof(int);
            decoder.Read(0, DecoderSteps.Text(10));
            var size = decoder.GetStateSize(0);
            decoder.Read(0, 7);
            Assert.That(decoder.GetStateSize(0) - size, Is.EqualTo(bytes + cell));
        });

    [Test]
    public void ShareAndTruncate_ThenOtherTokens_AsIfReadAfresh([Values] KvCacheType keys, [Values] KvCacheType values) =>
        DecoderModels.WithDecoder(DecoderModels.Trained, Options(KvLayout.Shared, keys, values), decoder =>
        {
            var (text, other) = (DecoderSteps.Text(40), DecoderSteps.Text(9, seed: 5));
            decoder.Read(0, text);
            decoder.Share(0, 1, 30);
            decoder.Read(0, other);
            decoder.Truncate(0, 35);
            var found = (decoder.Read(0, other), decoder.Read(1, other));
            decoder.Clear(0);
            decoder.Clear(1);

            decoder.Read(0, text);
            decoder.Truncate(0, 35);
            decoder.Read(1, text);
            decoder.Truncate(1, 30);
            var expected = (decoder.Read(0, other), decoder.Read(1, other));

            Assert.That(DecoderSteps.Difference(found.Item1, expected.Item1), Is.LessThan(0.02));
            Assert.That(DecoderSteps.Difference(found.Item2, expected.Item2), Is.LessThan(0.02));
        });

    /// <summary>As in <see cref="RemoveRangeTests"/>: one layer knows nothing of other tokens.</summary>
    [TestCase(64, KvCacheType.Int8, 0.05)]
    [TestCase(128, KvCacheType.Int8, 0.05)]
    [TestCase(64, KvCacheType.Int4, 0.3)]
    public void RemoveRange_OfKeysInFewBits_AsIfTheTokensHadNeverBeen(int headWidth, KvCacheType keys, double noise)
    {
        using var file = TemporaryModel.OneLayer(headWidth);
        foreach (var layout in Layouts)
        {
            file.WithDecoder(Options(layout, keys, keys), decoder =>
            {
                var text = DecoderSteps.Text(Length);
                var expected = decoder.Read(1, [.. text.AsSpan(0, 20), .. text.AsSpan(50), 7]);
                decoder.Clear(1);
                var whole = decoder.Read(1, [.. text, 7]);
                decoder.Truncate(1, Length);
                Assert.That(decoder.CanShift, Is.True);

                decoder.RemoveRange(1, 20, 30);

                var found = DecoderSteps.Difference(decoder.Read(1, 7), expected);
                TestContext.Out.WriteLine($"{found:F4}, without removing {DecoderSteps.Difference(whole, expected):F4}");
                Assert.That(found, Is.LessThan(noise));
                Assert.That(DecoderSteps.Difference(whole, expected), Is.GreaterThan(3 * noise));
            });
        }
    }

    /// <summary>Native code turns keys of few bits back by a matrix that it has for heads of 64 and more.</summary>
    [TestCase(KvCacheType.F16, KvCacheType.Int8, true)]
    [TestCase(KvCacheType.Int8, KvCacheType.F16, false)]
    [TestCase(KvCacheType.Int4, KvCacheType.Int4, false)]
    public void CanShift_HeadsOf32_IsFalseOfKeysInFewBits(KvCacheType keys, KvCacheType values, bool isPossible) =>
        DecoderModels.WithDecoder(DecoderModels.Experts, Options(KvLayout.Shared, keys, values), decoder =>
        {
            decoder.Read(0, DecoderSteps.Text(Length));
            Assert.That(decoder.CanShift, Is.EqualTo(isPossible));
            if (!isPossible)
            {
                var error = Assert.Throws<NotSupportedException>(() => decoder.RemoveRange(0, 10, 10));
                Assert.That(error!.Message, Does.Contain($"{keys}"));
                decoder.Read(0, 7);
            }
        });

    [TestCase(64u, 64u, true)]
    [TestCase(192u, 192u, true)]
    [TestCase(96u, 96u, false)]
    [TestCase(32u, 32u, false)]
    [TestCase(64u, 16u, false)]
    [TestCase(128u, 64u, false)]
    public void CanTurnQuantizedKeys_HeadsOfOtherWidthsOrTurnedInPart_IsFalse(uint width, uint turned, bool isPossible)
    {
        var image = TinyLlama.Create();
        image["llama.attention.key_length"] = width;
        image["llama.rope.dimension_count"] = turned;
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, image.ToBytes());
        var file = GgufFile.Read(path);
        File.Delete(path);

        Assert.That(
            NativeTraits.CanTurn(file, new KvCacheShapeReader(file).Read()), Is.EqualTo(isPossible));
    }

    [TestCase(DecoderModels.Tiny, "a head's key has 8")]
    [TestCase(DecoderModels.Recurrent, "no KV cache")]
    [TestCase(TestEngines.MiniName, "no KV cache")]
    public void CreateDecoder_OfAModelThatCannot_NamesTheOptions(string model, string reason)
    {
        var loaded = DecoderModels.Load(model);
        Threads.Run(() =>
        {
            var keys = Assert.Throws<ArgumentException>(
                () => loaded.CreateDecoder(Options(KvLayout.Shared, KvCacheType.Int8, KvCacheType.F16)));
            Assert.That(keys!.Message, Does.Contain("KeyCacheType was Int8").And.Contain(reason).And.Contain("F16")
                .And.Not.Contain("ValueCacheType"));
            var values = Assert.Throws<ArgumentException>(
                () => loaded.CreateDecoder(Options(KvLayout.Shared, KvCacheType.F16, KvCacheType.Int4)));
            Assert.That(values!.Message, Does.Contain("ValueCacheType was Int4").And.Not.Contain("KeyCacheType"));
        });
    }

    [Test]
    public void TypeFaults_ArchitectureWithoutFlashAttention_StoresValuesInSixteenBits()
    {
        var model = DecoderModels.Load(DecoderModels.Trained).Info with { Architecture = "grok" };
        Assert.That(
            ContextSizes.TypeFaults(model, Options(KvLayout.Shared, KvCacheType.F16, KvCacheType.Int8)).Single(),
            Does.Contain("ValueCacheType was Int8").And.Contain("F16 alone"));
        Assert.That(ContextSizes.TypeFaults(model, Options(KvLayout.Shared, KvCacheType.Int8, KvCacheType.F16)), Is.Empty);
    }

    [Test]
    public void CreateDecoder_TypeThatThereIsNot_NamesTheOption() => Threads.Run(() =>
    {
        var error = Assert.Throws<ArgumentException>(() => DecoderModels.Load(DecoderModels.Trained)
            .CreateDecoder(Options(KvLayout.Shared, (KvCacheType)7, KvCacheType.F16)));
        Assert.That(error!.Message, Does.Contain("KeyCacheType was 7"));
    });

    private static DecoderOptions Options(KvLayout layout, KvCacheType keys, KvCacheType values) =>
        DecoderModels.Options(layout, sequences: 3) with { KeyCacheType = keys, ValueCacheType = values };
}
