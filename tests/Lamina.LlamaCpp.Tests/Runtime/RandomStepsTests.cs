using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>Whatever is done to the sequences of a decoder in whatever order, each goes on as if freshly read.</summary>
public sealed class RandomStepsTests
{
    private const int Steps = 200;
    private const int ContextSize = 200;
    private const double Tolerance = 0.05;

    private static readonly string[] Models =
    [
        DecoderModels.Tiny,
        DecoderModels.Window,
        DecoderModels.Recurrent,
        DecoderModels.Hybrid,
    ];

    [Test]
    public void Steps_InAnyOrder_LeaveEachSequenceAsFreshlyRead(
        [ValueSource(nameof(Models))] string model, [Values] bool isShared, [Values(4, 8)] int seed)
    {
        var options = isShared
            ? DecoderModels.Options(KvLayout.Shared, sequences: 6, ContextSize, cells: 256)
            : DecoderModels.Options(KvLayout.PerSequence, sequences: 6, ContextSize);
        var alone = DecoderModels.Options(KvLayout.PerSequence, sequences: 1, ContextSize);
        DecoderModels.WithDecoders(model, options, alone, (decoder, reference) =>
            new RandomSteps(decoder, reference, new Random(seed)).Run(Steps));
    }

    private sealed class RandomSteps(IDecoder decoder, IDecoder reference, Random random)
    {
        private readonly List<int>[] _texts =
            [.. Enumerable.Range(0, decoder.Options.SequenceCount).Select(_ => new List<int>())];

        private readonly List<string> _done = [];
        private double _largest;
        private int _compared;

        public void Run(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                Step();
                for (var sequence = 0; sequence < _texts.Length; sequence++)
                {
                    Assert.That(decoder.GetLength(sequence), Is.EqualTo(_texts[sequence].Count));
                }
            }

            TestContext.Out.WriteLine($"{_compared} compared, within {_largest:F4}");
            Assert.That(_compared, Is.GreaterThan(50));
        }

        private void Step()
        {
            switch (random.Next(8))
            {
                case < 4:
                    Read(random.Next(1, _texts.Length));
                    break;
                case 4:
                    Clear(Any());
                    break;
                case 5:
                    Truncate(Any());
                    break;
                default:
                    Copy(Any(), Any());
                    break;
            }
        }

        private int Any() => random.Next(_texts.Length);

        private void Read(int sequences)
        {
            var batch = new DecodeBatch(decoder.Options.BatchSize);
            var added = new List<(int Sequence, int[] Tokens, int Last)>();
            foreach (var sequence in Enumerable.Range(0, sequences).Select(_ => Any()).Distinct())
            {
                var count = random.Next(1, random.Next(2) == 0 ? 100 : 8);
                if (count <= Math.Min(ContextSize - _texts[sequence].Count, batch.Capacity - batch.Count))
                {
                    int[] tokens = [.. Enumerable.Range(0, count).Select(_ => random.Next(3, 250))];
                    batch.AddText(decoder, sequence, tokens, output: true);
                    added.Add((sequence, tokens, batch.Count - 1));
                }
            }

            if (added.Count == 0)
            {
                return;
            }

            var status = decoder.Decode(batch);
            _done.Add($"read {status}: {string.Join(", ", added.Select(one => $"{one.Tokens.Length} of {one.Sequence}"))}");
            foreach (var (sequence, tokens, last) in added)
            {
                if (status == DecodeStatus.Success)
                {
                    _texts[sequence].AddRange(tokens);
                    Compare(sequence, decoder.GetLogits(last).ToArray());
                }
                else if (decoder.GetLength(sequence) == 0)
                {
                    _texts[sequence].Clear();
                }
            }
        }

        private void Clear(int sequence)
        {
            _done.Add($"clear {sequence}");
            decoder.Clear(sequence);
            _texts[sequence].Clear();
        }

        private void Truncate(int sequence)
        {
            var length = random.Next(_texts[sequence].Count + 1);
            if (decoder.CanTruncate(sequence, length))
            {
                _done.Add($"cut {sequence} from {_texts[sequence].Count} to {length}");
                decoder.Truncate(sequence, length);
                _texts[sequence].RemoveRange(length, _texts[sequence].Count - length);
            }
        }

        private void Copy(int source, int destination)
        {
            if (source == destination || _texts[source].Count == 0)
            {
                return;
            }

            var state = decoder.Save(source);
            Clear(destination);
            if (decoder.LoadState(destination, state, _texts[source].Count))
            {
                _done.Add($"copy {source} to {destination}");
                _texts[destination].AddRange(_texts[source]);
            }
        }

        private void Compare(int sequence, float[] found)
        {
            reference.Clear(0);
            var difference = DecoderSteps.Difference(found, reference.Read(0, [.. _texts[sequence]]));
            (_largest, _compared) = (Math.Max(_largest, difference), _compared + 1);
            Assert.That(difference, Is.LessThan(Tolerance), () => $"sequence {sequence}, after:\n{string.Join('\n', _done)}");
        }
    }
}
