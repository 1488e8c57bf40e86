using System.Buffers.Binary;
using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>
/// Native code believes the counts of a state, and allocates or ends the process by them. Whatever a state says, it
/// is taken or refused, and the decoder goes on.
/// </summary>
public sealed class StateCorruptionTests
{
    private const int Length = 24;
    private const int Rounds = 400;

    private static readonly string[] Models =
        [DecoderModels.Tiny, DecoderModels.Window, DecoderModels.Recurrent, DecoderModels.Hybrid];

    private static readonly uint[] Numbers =
    [
        0, 1, 2, 3, 7, Length - 1, Length, Length + 1, 255, 256, 257, 4096, 0xFFFF, 0x10000, 0xaf143cd8, 0x00FF_FFFF,
        0x0100_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF,
    ];

    private static readonly DecoderOptions[] Layouts =
    [
        DecoderModels.Options(KvLayout.PerSequence, sequences: 3, contextSize: 64),
        DecoderModels.Options(KvLayout.Shared, sequences: 3, contextSize: 64, cells: 100),
    ];

    [Test]
    public void LoadState_OfAnySpoiltBytes_EndsWellAndHarmsNothing(
        [ValueSource(nameof(Models))] string model, [Range(0, 1)] int layout) =>
        DecoderModels.WithDecoder(model, Layouts[layout], decoder =>
        {
            var random = new Random(7 + layout);
            decoder.Read(0, DecoderSteps.Text(10));
            var bystander = decoder.Save(0);
            decoder.Read(1, DecoderSteps.Text(Length, seed: 2));
            var state = decoder.Save(1);
            decoder.Clear(1);
            var places = Headers(decoder, state);
            var (taken, refused) = (0, 0);
            for (var round = 0; round < Rounds; round++)
            {
                var spoilt = Spoil(state, places, random);
                try
                {
                    var isLoaded = decoder.LoadState(2, spoilt, Length);
                    Assert.That(decoder.GetLength(2), Is.EqualTo(isLoaded ? Length : 0));
                    taken++;
                }
                catch (LaminaException e)
                {
                    Assert.That(e.Operation, Is.EqualTo("load state"));
                    Assert.That(decoder.GetLength(2), Is.Zero);
                    refused++;
                }

                decoder.Clear(2);
                Assert.That(decoder.Save(0).AsSpan().SequenceEqual(bystander), $"round {round}");
            }

            TestContext.Out.WriteLine($"{taken} taken, {refused} refused");
            decoder.Load(2, state, Length);
            Assert.That(decoder.Save(2).AsSpan().SequenceEqual(state));
            Assert.That(decoder.Read(2, 7), Has.Length.EqualTo(decoder.Read(0, 7).Length));
        });

    [Test]
    public void LoadState_CutShortAnywhere_IsRefused([ValueSource(nameof(Models))] string model) =>
        DecoderModels.WithDecoder(model, Layouts[0], decoder =>
        {
            decoder.Read(1, DecoderSteps.Text(Length));
            var state = decoder.Save(1);
            int[] lengths = [.. Enumerable.Range(0, 120).Select(i => (int)((long)i * state.Length / 120)), state.Length - 1];
            foreach (var length in lengths)
            {
                Refused(decoder, state.AsSpan(0, length).ToArray(), Length);
            }

            Refused(decoder, [.. state, 0], Length);
            Refused(decoder, [.. state, .. new byte[4096]], Length);
            Refused(decoder, new byte[state.Length], Length);
            decoder.Load(0, state, Length);
        });

    [Test]
    public void LoadState_OfAnotherLengthOrModel_IsRefused() => DecoderModels.WithDecoder(
        DecoderModels.Tiny, Layouts[0], decoder =>
        {
            decoder.Read(1, DecoderSteps.Text(Length));
            var state = decoder.Save(1);
            Refused(decoder, state, Length - 1);
            Refused(decoder, state, Length + 1);

            using var file = TemporaryModel.OneLayer();
            var other = Array.Empty<byte>();
            file.WithDecoder(Layouts[0], one =>
            {
                one.Read(0, DecoderSteps.Text(Length));
                other = one.Save(0);
            });
            Refused(decoder, other, Length, says: "mismatched layer count");
            decoder.Load(0, state, Length);
        });

    /// <summary>The places of the numbers that native code acts on, rather than of keys and values.</summary>
    private static int[] Headers(IDecoder decoder, byte[] state)
    {
        // In states of the same tokens with other keys and values these stay the same.
        decoder.Read(2, DecoderSteps.Text(Length, seed: 3));
        var other = decoder.Save(2);
        decoder.Clear(2);
        var unused = state.AsSpan().IndexOfAnyExcept((byte)0);
        return [0, state.Length - sizeof(int), .. Enumerable.Range(0, state.Length / sizeof(int))
            .Select(i => i * sizeof(int))
            .Where(at => at >= unused && at < state.Length - unused)
            .Where(at => state.AsSpan(at, sizeof(int)).SequenceEqual(other.AsSpan(at, sizeof(int))))];
    }

    private static byte[] Spoil(byte[] state, int[] places, Random random)
    {
        var spoilt = state.ToArray();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var place = spoilt.AsSpan(places[random.Next(places.Length)], sizeof(uint));
            switch (random.Next(3))
            {
                case 0:
                    BinaryPrimitives.WriteUInt32LittleEndian(place, Numbers[random.Next(Numbers.Length)]);
                    break;
                case 1:
                    place[random.Next(sizeof(uint))] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    var number = BinaryPrimitives.ReadUInt32LittleEndian(place);
                    BinaryPrimitives.WriteUInt32LittleEndian(place, number + (uint)random.Next(-2, 3));
                    break;
            }
        }

        return spoilt;
    }

    private static void Refused(IDecoder decoder, byte[] state, int length, string says = "")
    {
        var error = Assert.Throws<LaminaException>(() => decoder.LoadState(2, state, length), $"{state.Length} bytes");
        Assert.That(error!.Operation, Is.EqualTo("load state"));
        Assert.That(error.Message, Does.Contain(says));
        Assert.That(decoder.GetLength(2), Is.Zero);
    }
}
