using Lamina.Runtime;

namespace Lamina.Bindings;

/// <content>
/// Batches that go to native code in parts. Where each sequence has its own cells, prompts go before single tokens: in
/// one micro-batch each of these would cost as many cells as the longest prompt has. And with a sliding window each
/// micro-batch goes alone: of several, native code finds the cells before it computes the first, and gives away those
/// that the last no longer looks at, though the first still does.
/// </content>
internal sealed partial class SequenceDecoder
{
    /// <summary>How many tokens of the batch each sequence has.</summary>
    private readonly int[] _counts;

    /// <summary>Where each token of the batch is in the order in which they are computed.</summary>
    private readonly int[] _places;

    /// <summary>Logits of the parts before the last one, a row for each output.</summary>
    private float[] _earlierLogits = [];

    /// <summary>How many of the tokens come before the single ones.</summary>
    private int _promptTokens;

    /// <summary>Where the last part begins.</summary>
    private int _lastPart;

    private bool HasWindow => _model.Window > 0 && HasMemory && !Options.Embeddings;

    /// <summary>Whether a micro-batch has as many tokens of each of its sequences: all of one, or one of each.</summary>
    private bool SplitsEqually =>
        Streams(Options) > 1 || (HasWindow && Memory != MemoryKind.SlidingWindow);

    /// <summary>Whether a batch finds no room, where that must not be left to native code to find out.</summary>
    private bool LacksRoom(DecodeBatch batch) =>
        HasWindow && Streams(Options) == 1 && _lengths.Sum(length => (long)length) + batch.Count > _cells;

    /// <summary>Puts a batch into the arrays, in the order in which it is computed.</summary>
    private void Arrange(DecodeBatch batch)
    {
        Array.Clear(_counts);
        foreach (var sequence in batch.Sequences)
        {
            _counts[sequence]++;
        }

        var singles = SplitsEqually ? _counts.AsSpan().Count(1) : 0;
        _promptTokens = batch.Count - singles;
        var (prompt, single) = (0, _promptTokens);
        for (var i = 0; i < batch.Count; i++)
        {
            var sequence = batch.Sequences[i];
            var place = singles > 0 && _counts[sequence] == 1 ? single++ : prompt++;
            _places[i] = place;
            _tokens[place] = batch.Tokens[i];
            _positions[place] = batch.Positions[i];
            _sequences[place] = sequence;

            // Pooling reads every token; logits are wanted of some.
            _outputs[place] = Options.Embeddings || batch.Outputs[i];
        }
    }

    private int ComputeParts(int total, bool isShielded, out string errors)
    {
        for (_lastPart = 0; ;)
        {
            var count = PartLength(_lastPart, total);
            var status = Compute(_lastPart, count, isShielded, out errors);
            if (status != 0 || _lastPart + count == total)
            {
                return status;
            }

            KeepLogits(count);
            _lastPart += count;
        }
    }

    private int PartLength(int start, int total)
    {
        var isPrompt = start < _promptTokens;
        var rest = (isPrompt ? _promptTokens : total) - start;
        if (!HasWindow)
        {
            return rest;
        }

        var part = _sequences.AsSpan(start, Math.Min(rest, Options.MicroBatchSize));
        var other = isPrompt && SplitsEqually ? part.IndexOfAnyExcept(part[0]) : -1;
        return other < 0 ? part.Length : other;
    }

    private void KeepLogits(int count)
    {
        var row = OutputsBefore(_lastPart);
        for (var place = _lastPart; place < _lastPart + count; place++)
        {
            if (_outputs[place])
            {
                var end = ++row * VocabularySize;
                Array.Resize(ref _earlierLogits, Math.Max(_earlierLogits.Length, end));
                NativeLogits(place - _lastPart).CopyTo(_earlierLogits.AsSpan(end - VocabularySize));
            }
        }
    }

    private ReadOnlySpan<float> EarlierLogits(int place) =>
        _earlierLogits.AsSpan(OutputsBefore(place) * VocabularySize, VocabularySize);

    private int OutputsBefore(int place) => _outputs.AsSpan(0, place).Count(true);

    /// <summary>Takes the sequences of a batch away of which native code may have given up cells, or computed a part.</summary>
    private void ClearParts(DecodeBatch batch)
    {
        if (HasWindow || SplitsEqually)
        {
            foreach (var sequence in batch.Sequences)
            {
                Clear(sequence);
            }
        }
    }
}
