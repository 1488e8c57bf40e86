using Lamina.Runtime;

namespace Lamina.Bindings;

/// <content>The cells of sequences: cut, shifted, shared, and put back after a batch that was not finished.</content>
internal sealed partial class SequenceDecoder
{
    private const int All = -1;

    private readonly long _cells;

    /// <summary>The sequences whose keys wait to be turned to their new positions.</summary>
    private readonly bool[] _isShifted;

    public bool CanShift => Memory == MemoryKind.Attention && HasMemory && _context.CanMove
        && (Options.KeyCacheType == KvCacheType.F16 || _model.CanTurnQuantizedKeys);

    private MemoryKind Memory => _model.Info.Memory;

    public int GetLength(int sequence)
    {
        ThrowIfElsewhere();
        ThrowIfNoSequence(sequence);
        return _lengths[sequence];
    }

    public void Clear(int sequence)
    {
        ThrowIfElsewhere();
        ThrowIfNoSequence(sequence);
        _lengths[sequence] = 0;
        _isShifted[sequence] = false;
        if (HasMemory)
        {
            _context.Remove(sequence, 0, All);
        }
    }

    public bool CanTruncate(int sequence, int length)
    {
        ThrowIfElsewhere();
        ThrowIfNoSequence(sequence);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _lengths[sequence]);
        return length == 0 || length == _lengths[sequence] || Memory switch
        {
            MemoryKind.Attention => HasMemory,
            MemoryKind.SlidingWindow => _lengths[sequence] <= _model.Window && HoldsWindow(sequence, length),
            _ => false,
        };
    }

    public void Truncate(int sequence, int length)
    {
        if (!CanTruncate(sequence, length))
        {
            throw new NotSupportedException($"A sequence of {_lengths[sequence]} tokens cannot be cut to {length}: the "
                + $"memory of '{_model.Info.Name}' ({Memory}) does not keep what it was then. Cut it to 0.");
        }

        if (length == 0)
        {
            Clear(sequence);
        }
        else if (length < _lengths[sequence])
        {
            Remove(sequence, length, All, "truncate");
            _lengths[sequence] = length;
        }
    }

    public void RemoveRange(int sequence, int start, int count)
    {
        ThrowIfElsewhere();
        ThrowIfNoSequence(sequence);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)start + count, _lengths[sequence], nameof(count));
        if (!CanShift)
        {
            throw new NotSupportedException(
                $"'{_model.Info.Name}' cannot move tokens to other positions; its memory is {Memory}, with keys in "
                + $"{Options.KeyCacheType}.");
        }

        var end = start + count;
        if (end == _lengths[sequence])
        {
            Truncate(sequence, start);
        }
        else if (count > 0)
        {
            Remove(sequence, start, end, "remove a range");
            _context.Move(sequence, end, -count);
            _lengths[sequence] -= count;
            _isShifted[sequence] = true;
        }
    }

    public void Share(int source, int destination, int length)
    {
        ThrowIfElsewhere();
        ThrowIfNoSequence(source, nameof(source));
        ThrowIfNoSequence(destination, nameof(destination));
        ThrowIfNotEmpty(destination, nameof(destination));
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _lengths[source]);
        if (Memory != MemoryKind.Attention || !HasMemory || Streams(Options) > 1)
        {
            throw new NotSupportedException("Sequences share cells where the layout is "
                + $"{nameof(KvLayout)}.{nameof(KvLayout.Shared)} and the model's memory is {MemoryKind.Attention}; "
                + $"here they are {Options.KvLayout} and {Memory}.");
        }

        if (length > 0)
        {
            _context.Share(source, destination, length);
            _lengths[destination] = length;
            _isShifted[destination] = _isShifted[source];
        }
    }

    /// <summary>Whether a batch is not to be aborted, since what it left could not be put right.</summary>
    private bool MustFinish(DecodeBatch batch)
    {
        // Keys are turned in place: those of the first layers would be turned once more.
        if (_isShifted.AsSpan().Contains(true))
        {
            return true;
        }

        // A batch moves the states of other sequences about, and they are lost when it stops on the way.
        if (Memory is MemoryKind.Attention or MemoryKind.SlidingWindow)
        {
            return false;
        }

        for (var sequence = 0; sequence < _lengths.Length; sequence++)
        {
            if (_lengths[sequence] > 0 && !batch.Sequences.Contains(sequence))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes away what a batch that was not finished has left, or all where that cannot be told apart.</summary>
    private void Restore(DecodeBatch batch)
    {
        if (!HasMemory)
        {
            return;
        }

        if (Memory is not (MemoryKind.Attention or MemoryKind.SlidingWindow))
        {
            for (var sequence = 0; sequence < _lengths.Length; sequence++)
            {
                Clear(sequence);
            }

            return;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            // Its first token in the batch stands where it ended before.
            var sequence = batch.Sequences[i];
            var length = _lengths[sequence];
            if (batch.Positions[i] != length)
            {
                continue;
            }

            if (length > 0)
            {
                _context.Remove(sequence, length, All);
            }

            if (length == 0 || (Memory == MemoryKind.SlidingWindow && !HoldsWindow(sequence, length)))
            {
                Clear(sequence);
            }
        }
    }

    /// <summary>Takes a batch back that an observer did not go along with, whether or not it was finished.</summary>
    private void TakeBack(DecodeBatch batch, int status)
    {
        if (status is not (0 or 1) || Memory is MemoryKind.Attention or MemoryKind.SlidingWindow)
        {
            Restore(batch);
            return;
        }

        // What was finished has left the other sequences whole.
        foreach (var sequence in batch.Sequences)
        {
            Clear(sequence);
        }
    }

    /// <summary>Whether the cells that the token at a position looks at are all there.</summary>
    private bool HoldsWindow(int sequence, int position) =>
        _context.FirstPosition(sequence) <= Math.Max(0, position - _model.Window);

    /// <summary>Turns the keys that wait for it, which native code does before a batch: one of one token, that goes.</summary>
    private void ApplyShift(string operation)
    {
        var sequence = _isShifted.AsSpan().IndexOf(true);
        var length = _lengths[sequence];
        ForgetOutputs();
        (_tokens[0], _positions[0], _sequences[0]) = (0, length, sequence);
        _outputs[0] = Options.Embeddings;

        // Without room for the token (1) the keys are turned all the same.
        var status = Compute(0, 1, isShielded: true, out var errors);
        Remove(sequence, length, All, operation);
        if (status is not (0 or 1))
        {
            throw new LaminaException(operation, $"{_context.Library} could not move the tokens of sequence {sequence} to their "
                + $"new positions (status {status}). It said: {Said(errors)}", status);
        }
    }

    private void Remove(int sequence, int start, int end, string operation)
    {
        if (!_context.Remove(sequence, start, end))
        {
            throw new LaminaException(
                operation, $"{_context.Library} did not remove the tokens of sequence {sequence} from {start} on.");
        }
    }

    private void ThrowIfNotEmpty(int sequence, string argument)
    {
        if (_lengths[sequence] > 0)
        {
            throw new ArgumentException(
                $"Sequence {sequence} has {_lengths[sequence]} tokens; it must be empty.", argument);
        }
    }
}
