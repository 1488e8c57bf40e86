using Lamina.Runtime;

namespace Lamina.LlamaCpp;

/// <content>
/// Batches of models with a sliding window, which go to native code one micro-batch at a time. Of several it finds the
/// cells before it computes the first, and gives away those that the last no longer looks at, though the first still
/// does.
/// </content>
internal sealed unsafe partial class LlamaDecoder
{
    /// <summary>Logits of the parts before the last one, a row for each output.</summary>
    private float[] _earlierLogits = [];

    /// <summary>Where in the batch the last part begins.</summary>
    private int _lastPart;

    private bool HasParts => _model.Window > 0 && _memory != 0 && !Options.Embeddings;

    /// <summary>Whether a batch finds no room, where that must not be left to native code to find out.</summary>
    private bool LacksRoom(DecodeBatch batch) =>
        HasParts && Streams(Options) == 1 && _lengths.Sum(length => (long)length) + batch.Count > _cells;

    private int ComputeParts(DecodeBatch batch, bool isShielded, out string errors)
    {
        for (_lastPart = 0; ;)
        {
            var count = PartLength(batch, _lastPart);
            var status = Compute(_lastPart, count, isShielded, out errors);
            if (status != 0 || _lastPart + count == batch.Count)
            {
                return status;
            }

            KeepLogits(count);
            _lastPart += count;
        }
    }

    /// <summary>How many tokens from one on make one micro-batch.</summary>
    private int PartLength(DecodeBatch batch, int start)
    {
        var end = Math.Min(batch.Count - start, Options.MicroBatchSize) + start;
        var sequences = batch.Sequences[..end];
        if (Memory == MemoryKind.SlidingWindow && Streams(Options) == 1)
        {
            return end - start;
        }

        // Elsewhere a micro-batch has as many tokens of each of its sequences: all of one, or one of each.
        var next = start + 1;
        if (next < end && sequences[next] == sequences[start])
        {
            var length = sequences[start..].IndexOfAnyExcept(sequences[start]);
            return length < 0 ? end - start : length;
        }

        while (next < end && !sequences[start..next].Contains(sequences[next])
            && (next + 1 == end || sequences[next + 1] != sequences[next]))
        {
            next++;
        }

        return next - start;
    }

    private void KeepLogits(int count)
    {
        var row = EarlierOutputs(_lastPart);
        for (var index = _lastPart; index < _lastPart + count; index++)
        {
            if (_outputs[index] != 0)
            {
                var end = ++row * _vocabularySize;
                Array.Resize(ref _earlierLogits, Math.Max(_earlierLogits.Length, end));
                NativeLogits(index - _lastPart).CopyTo(_earlierLogits.AsSpan(end - _vocabularySize));
            }
        }
    }

    private ReadOnlySpan<float> EarlierLogits(int index) =>
        _earlierLogits.AsSpan(EarlierOutputs(index) * _vocabularySize, _vocabularySize);

    private int EarlierOutputs(int index) => _outputs.AsSpan(0, index).Count((sbyte)1);

    /// <summary>Takes the sequences of a batch away of which native code may have given up cells.</summary>
    private void ClearParts(DecodeBatch batch)
    {
        if (HasParts)
        {
            foreach (var sequence in batch.Sequences)
            {
                Clear(sequence);
            }
        }
    }
}
