using Microsoft.Extensions.Logging;

namespace Lamina.Sequences;

/// <content>Copies of states: between slots, and between a slot and host memory.</content>
internal sealed partial class KvCache
{
    /// <summary>Keeps the state of a sequence as it is, so that it can be taken up or rewound to.</summary>
    public void Checkpoint(CachedSequence sequence)
    {
        var computed = sequence.TokenSpan[..sequence.Computed];
        if (computed.IsEmpty || sequence.States.Exists(
            state => state.Tokens.Length == sequence.Computed && sequence.TokenSpan.StartsWith(state.Tokens)))
        {
            return;
        }

        if (_canTruncate)
        {
            sequence.ReleaseStates();
        }
        else if (sequence.States.Count == Checkpoints)
        {
            sequence.States[0].Release();
            sequence.States.RemoveAt(0);
        }

        if (Copy(sequence, isKept: true) is { } state)
        {
            sequence.States.Add(state);
        }
    }

    /// <summary>The state of a sequence that has a slot, with a reference for the caller.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="memory">What counts its bytes, or null.</param>
    public StateBlock Export(CachedSequence sequence, HostMemory? memory = null) =>
        Fill(sequence, Reserve(sequence, memory));

    /// <summary>Memory for the state of a sequence as it is.</summary>
    private StateBlock Reserve(CachedSequence sequence, HostMemory? memory)
    {
        var size = Decoder.GetStateSize(sequence.Slot);
        if (size > Array.MaxLength)
        {
            throw new LaminaException("save state", $"The state of {sequence.Computed} tokens takes {size:N0} bytes; "
                + $"{Array.MaxLength:N0} can be held.");
        }

        return new(
            _store.ModelFingerprint,
            Decoder.StateFormat,
            [.. sequence.TokenSpan[..sequence.Computed]],
            (int)size,
            memory)
        {
            ExactLength = sequence.ExactLength,
        };
    }

    private StateBlock Fill(CachedSequence sequence, StateBlock block)
    {
        try
        {
            Decoder.SaveState(sequence.Slot, block.Bytes.Span);
            return block;
        }
        catch
        {
            block.Release();
            throw;
        }
    }

    private void CopyResident(CachedSequence source, CachedSequence destination, int length, long room)
    {
        if (CanShare)
        {
            Share(source, destination, length);
        }
        else if (Copy(source, isKept: false) is { } state)
        {
            Load(destination, state, length, room);
            state.Release();
        }
    }

    private void Share(CachedSequence source, CachedSequence destination, int length)
    {
        Decoder.Share(source.Slot, destination.Slot, length);
        destination.Computed = length;
        destination.Cells = source.Cells!.Fork(length);
    }

    /// <summary>Loads a state, and cuts off what goes beyond a length.</summary>
    private void Load(CachedSequence sequence, StateBlock state, int length, long room)
    {
        if (state.Tokens.Length > room)
        {
            return; // for a moment it takes all of them
        }

        try
        {
            lock (state.Gate)
            {
                if (!Decoder.LoadState(sequence.Slot, state.Bytes.Span, state.Tokens.Length))
                {
                    return;
                }
            }

            if (length < state.Tokens.Length)
            {
                Decoder.Truncate(sequence.Slot, length);
            }
        }
        catch (LaminaException e)
        {
            // Nothing is lost: the tokens are computed again.
            _logger.LogWarning(e, "A state of {TokenCount} tokens could not be restored.", state.Tokens.Length);
            Decoder.Clear(sequence.Slot); // it may have been loaded, and not cut
            return;
        }

        sequence.Computed = length;
        sequence.Cells?.Append(length);
    }

    private bool TryTruncate(int slot, int length)
    {
        try
        {
            if (Decoder.CanTruncate(slot, length))
            {
                Decoder.Truncate(slot, length);
                return true;
            }
        }
        catch (LaminaException e)
        {
            _logger.LogWarning(e, "A sequence could not be cut to {TokenCount} tokens.", length);
        }

        return false;
    }

    /// <summary>A copy of a sequence's state, or null where it cannot be had.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="isKept">Whether it stays, and so needs room in the limited host memory.</param>
    private StateBlock? Copy(CachedSequence sequence, bool isKept) => Try(
        sequence,
        () => !isKept ? Export(sequence)
            : HasRoom(sequence) ? Export(sequence, _store.Memory)
            : null);

    /// <summary>Whether the limited host memory takes the state of a sequence.</summary>
    private bool HasRoom(CachedSequence sequence) => _store.MakeRoom(Decoder.GetStateSize(sequence.Slot));

    private StateBlock? Try(CachedSequence sequence, Func<StateBlock?> save)
    {
        try
        {
            return save();
        }
        catch (Exception e) when (e is LaminaException or NotSupportedException or OutOfMemoryException)
        {
            // Nothing is lost: the tokens are computed again.
            _logger.LogWarning(e, "A state of {TokenCount} tokens could not be saved.", sequence.Computed);
            return null;
        }
    }
}
