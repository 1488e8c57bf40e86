namespace Lamina.Sequences;

/// <content>
/// Sequences that nobody uses any more. Others may go on from their states, which move to host memory: large ones only
/// once its pages are there, for their first touch takes longer than the copy, and running streams would wait for it.
/// </content>
internal sealed partial class KvCache
{
    /// <summary>Bytes of a state whose memory is made ready on another thread.</summary>
    private const int LargeState = 4 << 20;

    private readonly List<(CachedSequence Sequence, StateBlock State, Task IsReady)> _retired = [];

    /// <summary>Lets a sequence go; others that begin as it did can go on from its state.</summary>
    public void Retire(CachedSequence sequence)
    {
        if (!TellsAnythingNew(sequence)
            || Try(sequence, () => HasRoom(sequence) ? Reserve(sequence, _store.Memory) : null) is not { } state)
        {
            Free(sequence);
        }
        else if (state.Bytes.Length < LargeState)
        {
            Settle(sequence, state);
        }
        else
        {
            _retired.Add((sequence, state, Task.Run(state.TouchAsync)));
        }
    }

    /// <summary>Lets a sequence go that nobody uses any more, with all that is known of it.</summary>
    public void Free(CachedSequence sequence)
    {
        Drop(sequence);
        sequence.Tokens.Release();
    }

    /// <summary>Moves retired sequences to host memory.</summary>
    /// <param name="all">Those whose memory is not ready too.</param>
    public void Settle(bool all)
    {
        for (var i = _retired.Count - 1; i >= 0; i--)
        {
            var (sequence, _, isReady) = _retired[i];
            if (all || isReady.IsCompleted)
            {
                TrySettle(sequence);
            }
        }
    }

    private bool TrySettle(CachedSequence sequence)
    {
        var index = _retired.FindIndex(one => one.Sequence == sequence);
        if (index < 0)
        {
            return false;
        }

        var state = _retired[index].State;
        _retired.RemoveAt(index);
        Settle(sequence, state);
        return true;
    }

    private void Settle(CachedSequence sequence, StateBlock reserved)
    {
        if (Try(sequence, () => Fill(sequence, reserved)) is { } state)
        {
            _store.Remember(sequence.Tenant, state, _canTruncate);
            state.Release();
        }

        Free(sequence);
    }

    private bool TellsAnythingNew(CachedSequence sequence)
    {
        var computed = sequence.Computed;
        return sequence.Slot >= 0 && computed >= LeastReuse && computed <= sequence.ExactLength
            && !Decoder.Options.Embeddings
            && _store.WantsPrefix(sequence.Tenant, sequence.TokenSpan[..computed], _canTruncate);
    }
}
