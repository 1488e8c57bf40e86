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
            _retired.Add((sequence, state, TouchAsync(state)));
        }

        async Task TouchAsync(StateBlock state)
        {
            await Task.Run(state.TouchAsync).ConfigureAwait(false);
            _wake();
        }
    }

    /// <summary>Lets a sequence go that nobody uses any more, with all that is known of it.</summary>
    public void Free(CachedSequence sequence)
    {
        Drop(sequence);
        sequence.Tokens.Release();
    }

    /// <summary>
    /// Moves a retired sequence to host memory whose memory is ready there: one at a time, so that nobody waits for many.
    /// </summary>
    public void Settle()
    {
        if (FirstReady() is { } ready)
        {
            TrySettle(ready);
            if (FirstReady() is not null)
            {
                _wake();
            }
        }

        CachedSequence? FirstReady() => _retired.Find(static one => one.IsReady.IsCompleted).Sequence;
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

    /// <summary>Tokens beyond what a sequence in the cells knows that are worth a copy: of so many, they cost less.</summary>
    private static int LeastNews(int tokens) => Math.Min(tokens, Math.Max(LeastReuse, tokens / 64));

    private bool TellsAnythingNew(CachedSequence sequence)
    {
        var computed = sequence.Computed;
        return sequence.Slot >= 0 && computed >= LeastReuse && computed <= sequence.ExactLength
            && !Decoder.Options.Embeddings
            && BestResident(sequence, sequence.TokenSpan[..computed]).Length <= computed - LeastNews(computed)
            && _store.WantsPrefix(sequence.Tenant, sequence.TokenSpan[..computed], _canTruncate);
    }
}
