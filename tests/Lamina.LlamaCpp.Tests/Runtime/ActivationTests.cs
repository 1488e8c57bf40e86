using Lamina.LlamaCpp.Interop;
using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>What a decoder shows of its inside, and that it stays whole whatever the observer does.</summary>
public sealed class ActivationTests
{
    private const string FirstQuery = "blk.0.attn_q.weight";

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
    public void Observe_EveryWeight_IsShownOnceAMicroBatch()
    {
        var recorder = new ActivationRecorder();
        DecoderModels.WithDecoder(DecoderModels.Tiny, Options(recorder) with { OutputLimit = 100 }, decoder =>
        {
            var batch = new DecodeBatch(100);
            foreach (var token in DecoderSteps.Text(100))
            {
                batch.Add(token, batch.Count, sequence: 0, output: true);
            }

            Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
        });

        // The token embeddings are the output matrix as well; norms are not multiplied but scaled by.
        string[] kinds = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"];
        string[] weights = [.. kinds.SelectMany(kind => (string[])[$"blk.0.{kind}.weight", $"blk.1.{kind}.weight"]), "token_embd.weight"];
        Assert.That(recorder.Shown, Is.EquivalentTo((string[])[.. weights, .. weights]), "100 tokens are two micro-batches of 64");
        Assert.That(recorder.Asked, Is.EqualTo(recorder.Shown));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(recorder.Rows[FirstQuery], Has.Count.EqualTo(100));
            Assert.That(recorder.Rows["blk.1.ffn_down.weight"][0], Has.Length.EqualTo(64));
            Assert.That(recorder.MatrixCounts.Values, Is.All.EqualTo(1));
            Assert.That(recorder.Matrices.Values.SelectMany(all => all), Is.All.EqualTo((int[])[0]));
        }
    }

    [Test]
    public void Observe_TokensWithoutOutputs_AreLeftOutOfTheLastLayer()
    {
        var recorder = new ActivationRecorder();
        DecoderModels.WithDecoder(DecoderModels.Tiny, Options(recorder), decoder => decoder.Read(0, DecoderSteps.Text(100)));
        Assert.That(
            (recorder.Rows["blk.0.ffn_up.weight"].Count, recorder.Rows["blk.1.ffn_up.weight"].Count), Is.EqualTo((100, 1)));
    }

    [Test]
    public void Observe_ADeclinedWeight_ChangesNothing()
    {
        var (none, all, recorder) = (Array.Empty<float>(), Array.Empty<float>(), new ActivationRecorder("none"));
        DecoderModels.WithDecoder(DecoderModels.Tiny, Options(null), decoder => none = decoder.Read(0, DecoderSteps.Text(100)));
        DecoderModels.WithDecoder(DecoderModels.Tiny, Options(recorder), decoder => all = decoder.Read(0, DecoderSteps.Text(100)));
        Assert.That(recorder.Shown, Is.Empty);
        Assert.That(all, Is.EqualTo(none));
    }

    [Test]
    public void Observe_Experts_SaysWhichRowGoesToWhich()
    {
        var recorder = new ActivationRecorder();
        var model = DecoderModels.Load(DecoderModels.Experts);
        DecoderModels.WithDecoder(DecoderModels.Experts, Options(recorder), decoder => decoder.Read(0, DecoderSteps.Text(40)));
        const string up = "blk.0.ffn_up_exps.weight";
        const string down = "blk.0.ffn_down_exps.weight";
        var used = recorder.Matrices[up][0].Length;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(model.Info.Architecture, Is.EqualTo("qwen3moe"));
            Assert.That((recorder.MatrixCounts[up], recorder.MatrixCounts[down]), Is.EqualTo((8, 8)));
            Assert.That(used, Is.GreaterThan(1));
            Assert.That(recorder.Rows[up], Has.Count.EqualTo(40), "one row of a token for all its experts");
            Assert.That(recorder.Rows[down], Has.Count.EqualTo(40 * used), "one row of a token for each of its experts");
            Assert.That(recorder.Matrices[up], Is.All.Unique.And.All.Length.EqualTo(used));
            Assert.That(recorder.Matrices[down].SelectMany(one => one), Is.EqualTo(recorder.Matrices[up].SelectMany(all => all)));
            Assert.That(recorder.Matrices[up].SelectMany(all => all).Distinct().Order(), Is.EqualTo(Enumerable.Range(0, 8)));

            // The router's input is the experts'.
            Assert.That(recorder.Rows[up], Is.EqualTo(recorder.Rows["blk.0.ffn_gate_inp.weight"]));
        }
    }

    [Test]
    public void Observe_AShiftThatWaits_IsNotShown()
    {
        var recorder = new ActivationRecorder(FirstQuery);
        DecoderModels.WithDecoder(DecoderModels.Tiny, Options(recorder), decoder =>
        {
            decoder.Read(0, DecoderSteps.Text(60));
            decoder.RemoveRange(0, 10, 20);
            decoder.Read(0, DecoderSteps.Text(30, seed: 2));
        });
        Assert.That(recorder.Rows[FirstQuery], Has.Count.EqualTo(90));
    }

    [Test]
    public void Observe_Throws_ComesOutAndLeavesEverySequenceWholeOrEmpty(
        [ValueSource(nameof(Models))] string model, [ValueSource(nameof(Layouts))] KvLayout layout)
    {
        var failed = Disturb(model, layout, stop: _ => throw new TimeoutException("the observer's own"), (decoder, batch) =>
            Assert.That(() => decoder.Decode(batch), Throws.TypeOf<TimeoutException>().With.Message.EqualTo("the observer's own")));
        Assert.That(failed, Is.EqualTo(12));
    }

    [Test]
    public void Observe_Aborts_LeavesEverySequenceWholeOrEmpty(
        [ValueSource(nameof(Models))] string model, [ValueSource(nameof(Layouts))] KvLayout layout)
    {
        var aborted = Disturb(model, layout, stop: decoder => decoder.Abort(), (decoder, batch) =>
        {
            // What could not be put right is finished.
            var isFinished = decoder.Decode(batch) == DecodeStatus.Success;
            Assert.That(isFinished, Is.EqualTo(decoder.GetLength(1) == 50));
            decoder.ResetAbort();
            if (isFinished)
            {
                decoder.Clear(0);
                decoder.Clear(1);
            }
        });
        Assert.That(aborted, Is.EqualTo(12));
    }

    [Test]
    public void Wants_Throws_ComesOut()
    {
        var observer = new RefusingObserver();
        DecoderModels.WithDecoder(DecoderModels.Tiny, Options(observer), decoder =>
        {
            var batch = new DecodeBatch(1);
            batch.AddText(decoder, 0, [7], output: true);
            Assert.That(() => decoder.Decode(batch), Throws.TypeOf<NotSupportedException>());
            Assert.That(decoder.GetLength(0), Is.Zero);
            observer.IsWilling = true;
            Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
        });
    }

    [TestCase("blk.0.attn_q.weight", "blk.0.attn_q.weight")]
    [TestCase("GPU0#blk.0.attn_q.weight#1", "blk.0.attn_q.weight")]
    [TestCase("GPU0#blk.0.attn_q.weight", "blk.0.attn_q.weight")]
    [TestCase("cache_k_l0 (view) (permuted)", null)]
    [TestCase("blk.0.attn_q.bias", null)]
    [TestCase("", null)]
    public void WeightName_OfATensor(string tensor, string? expected) =>
        Assert.That(ActivationTap.WeightName(tensor), Is.EqualTo(expected));

    private static DecoderOptions Options(IActivationObserver? observer, KvLayout layout = KvLayout.PerSequence) =>
        DecoderModels.Options(layout, sequences: 3) with { Activations = observer };

    /// <summary>Stops batches of two sequences, of which one has tokens already, at showings by chance.</summary>
    /// <returns>How many were stopped.</returns>
    private static int Disturb(
        string model, KvLayout layout, Action<IDecoder> stop, Action<IDecoder, DecodeBatch> decode)
    {
        var random = new Random(3);
        var recorder = new ActivationRecorder();
        var stopped = 0;
        DecoderModels.WithDecoder(model, Options(recorder, layout) with { MicroBatchSize = 16 }, decoder =>
        {
            var batch = new DecodeBatch(256);
            decoder.Read(2, DecoderSteps.Text(10));
            var bystander = decoder.Save(2);
            for (var round = 0; round < 12; round++)
            {
                decoder.Clear(0);
                decoder.Clear(1);
                decoder.Read(0, DecoderSteps.Text(20, seed: 2));
                var before = decoder.Save(0);
                batch.Clear();
                batch.AddText(decoder, 0, DecoderSteps.Text(100, seed: round), output: true);
                batch.AddText(decoder, 1, DecoderSteps.Text(50, seed: round), output: true);
                var moment = recorder.Shown.Count + random.Next(60);
                recorder.OnObserve = number =>
                {
                    if (number == moment)
                    {
                        stopped++;
                        stop(decoder);
                    }
                };

                decode(decoder, batch);

                recorder.OnObserve = null;
                Assert.That(decoder.GetLength(1), Is.Zero);
                Assert.That(decoder.GetLength(0), Is.EqualTo(20).Or.Zero);
                Assert.That(decoder.GetLength(0) == 0 || decoder.Save(0).AsSpan().SequenceEqual(before), Is.True);
                Assert.That(decoder.Save(2).AsSpan().SequenceEqual(bystander), "a sequence outside the batch changed");
            }

            decoder.Clear(0);
            var found = decoder.Read(2, 7);
            decoder.Load(0, bystander, 10);
            Assert.That(DecoderSteps.Difference(found, decoder.Read(0, 7)), Is.LessThan(0.02));
        });
        return stopped;
    }

    private sealed class RefusingObserver : IActivationObserver
    {
        public bool IsWilling { get; set; }

        public bool Wants(string weight) => IsWilling ? false : throw new NotSupportedException();

        public void Observe(in Activations activations) => throw new NotSupportedException();
    }
}
