using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>A batch that was stopped leaves each of its sequences as it was, or empty, and others alone.</summary>
public sealed class AbortTests
{
    private static readonly string[] Models =
    [
        DecoderModels.Tiny,
        DecoderModels.Window,
        DecoderModels.Recurrent,
        DecoderModels.Hybrid,
        DecoderModels.Experts,
    ];

    private static readonly KvLayout[] Layouts = [KvLayout.PerSequence, KvLayout.Shared];

    [Test]
    public void Abort_AmidAPrompt_LeavesWhatWasThereBefore([ValueSource(nameof(Layouts))] KvLayout layout) =>
        DecoderModels.WithDecoder(
            DecoderModels.Smol,
            DecoderModels.Options(layout, sequences: 2, contextSize: 512) with { BatchSize = 512, MicroBatchSize = 32 },
            decoder =>
            {
                var (text, more) = (DecoderSteps.Text(20), DecoderSteps.Text(400, seed: 2));
                decoder.Read(0, text);
                var before = decoder.Save(0);
                var batch = new DecodeBatch(512);
                batch.AddText(decoder, 0, more, output: true);

                Assert.That(DecodeAndAbort(decoder, batch, TimeSpan.FromMilliseconds(150)), Is.EqualTo(DecodeStatus.Aborted));
                Assert.That(decoder.GetLength(0), Is.EqualTo(20));
                Assert.That(decoder.Save(0).AsSpan().SequenceEqual(before));
                Assert.Throws<ArgumentOutOfRangeException>(() => decoder.GetLogits(399));
                Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Aborted), "it was not reset");

                decoder.ResetAbort();
                var found = decoder.Read(0, 7, 8, 9);
                decoder.Load(1, before, 20);
                Assert.That(DecoderSteps.Difference(found, decoder.Read(1, 7, 8, 9)), Is.LessThan(0.5));
            });

    /// <summary>The moment differs each time, so what holds at all of them is asked.</summary>
    [Test]
    public void Abort_AtAnyMoment_LeavesEverySequenceWholeOrEmpty(
        [ValueSource(nameof(Models))] string model, [ValueSource(nameof(Layouts))] KvLayout layout) =>
        DecoderModels.WithDecoder(
            model,
            DecoderModels.Options(layout, sequences: 3) with { MicroBatchSize = 16 },
            decoder =>
            {
                var random = new Random(3);
                var batch = new DecodeBatch(256);
                var bystander = Array.Empty<byte>();
                var aborted = 0;
                for (var round = 0; round < 60; round++)
                {
                    // In a cell between the two of the batch, a recurrent state is moved.
                    decoder.Clear(0);
                    decoder.Clear(1);
                    decoder.Clear(2);
                    decoder.Read(0, DecoderSteps.Text(20, seed: 2));
                    decoder.Read(2, DecoderSteps.Text(10));
                    var before = decoder.Save(0);
                    bystander = decoder.Save(2);
                    batch.Clear();
                    batch.AddText(decoder, 0, DecoderSteps.Text(100, seed: round), output: true);
                    batch.AddText(decoder, 1, DecoderSteps.Text(50, seed: round), output: true);

                    var status = DecodeAndAbort(decoder, batch, TimeSpan.FromMicroseconds(random.Next(4000)));

                    decoder.ResetAbort();
                    if (status == DecodeStatus.Success)
                    {
                        Assert.That((decoder.GetLength(0), decoder.GetLength(1)), Is.EqualTo((120, 50)));
                    }
                    else
                    {
                        aborted++;
                        Assert.That(decoder.GetLength(1), Is.Zero);
                        Assert.That(decoder.GetLength(0), Is.EqualTo(20).Or.Zero);
                        Assert.That(
                            decoder.GetLength(0) == 0 || decoder.Save(0).AsSpan().SequenceEqual(before), Is.True);
                    }

                    Assert.That(decoder.Save(2).AsSpan().SequenceEqual(bystander), "a sequence outside the batch changed");
                }

                TestContext.Out.WriteLine($"{aborted} aborted");
                decoder.Clear(0);
                decoder.Clear(1);
                var found = decoder.Read(2, 7);
                decoder.Load(0, bystander, 10);
                Assert.That(DecoderSteps.Difference(found, decoder.Read(0, 7)), Is.LessThan(0.02));
            });

    [Test]
    public void Abort_OfARecurrentBatchWithEverySequence_EmptiesThem(
        [Values(DecoderModels.Recurrent, DecoderModels.Hybrid)] string model) => DecoderModels.WithDecoder(
        model, DecoderModels.Options(KvLayout.PerSequence, sequences: 2) with { MicroBatchSize = 16 }, decoder =>
        {
            var expected = decoder.Read(0, DecoderSteps.Text(20));
            decoder.Read(1, DecoderSteps.Text(20));
            var batch = new DecodeBatch(256);
            batch.AddText(decoder, 0, DecoderSteps.Text(120, seed: 2), output: true);
            batch.AddText(decoder, 1, DecoderSteps.Text(120, seed: 2), output: true);

            // It is stopped at once, before it has begun, or amid it; only what was begun is lost.
            var status = DecodeAndAbort(decoder, batch, TimeSpan.FromMilliseconds(0.5));
            decoder.ResetAbort();

            Assert.That(status, Is.EqualTo(DecodeStatus.Aborted));
            Assert.That(decoder.GetLength(0), Is.EqualTo(decoder.GetLength(1)).And.AnyOf(0, 20));
            decoder.Clear(0);
            decoder.Clear(1);
            Assert.That(decoder.Read(0, DecoderSteps.Text(20)), Is.EqualTo(expected));
        });

    [Test]
    public void Abort_WhileAShiftWaits_DoesNotApplyItTwice() => DecoderModels.WithDecoder(
        DecoderModels.Tiny, DecoderModels.Options(KvLayout.PerSequence, sequences: 2), decoder =>
        {
            var random = new Random(3);
            decoder.Read(0, DecoderSteps.Text(100));
            var whole = decoder.Save(0);
            decoder.RemoveRange(0, 10, 60);
            var expected = decoder.Save(0);
            var batch = new DecodeBatch(256);
            for (var round = 0; round < 60; round++)
            {
                decoder.ResetAbort();
                decoder.Clear(0);
                decoder.Load(0, whole, 100);
                decoder.RemoveRange(0, 10, 60);
                batch.Clear();
                batch.AddText(decoder, 0, DecoderSteps.Text(round % 2 == 0 ? 1 : 100, seed: round), output: true);

                DecodeAndAbort(decoder, batch, TimeSpan.FromMicroseconds(random.Next(1000)));

                decoder.ResetAbort();
                decoder.Truncate(0, 40);
                Assert.That(decoder.Save(0).AsSpan().SequenceEqual(expected), $"round {round}");
            }
        });

    private static DecodeStatus DecodeAndAbort(IDecoder decoder, DecodeBatch batch, TimeSpan delay)
    {
        using var begun = new ManualResetEventSlim();
        var stopper = new Thread(() =>
        {
            begun.Wait();
            var start = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(start) < delay)
            {
                Thread.SpinWait(10);
            }

            decoder.Abort();
        });
        stopper.Start();
        begun.Set();
        try
        {
            return decoder.Decode(batch);
        }
        finally
        {
            stopper.Join();
        }
    }
}
