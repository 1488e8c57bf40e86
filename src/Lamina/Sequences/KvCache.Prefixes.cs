namespace Lamina.Sequences;

/// <content>What is known of a sequence's beginning: by itself, and by others of the same tenant.</content>
internal sealed partial class KvCache
{
    /// <summary>How many of a sequence's tokens are computed, by itself or by one with a slot that begins as it does.</summary>
    public int Known(CachedSequence sequence) => sequence.Slot >= 0
        ? sequence.Computed
        : Math.Max(Best(sequence.States, sequence.TokenSpan).Length, BestResident(sequence, sequence.TokenSpan).Length);

    /// <summary>How many of a sequence's tokens it can have in the cells of another.</summary>
    public int Shareable(CachedSequence sequence) => CanShare ? BestResident(sequence, sequence.TokenSpan).Length : 0;

    /// <summary>Whether another sequence that runs is about to compute what this one begins with.</summary>
    /// <param name="sequence">A sequence without a slot.</param>
    /// <param name="most">The most tokens that it need not compute itself.</param>
    public bool IsBeingRead(CachedSequence sequence, int most)
    {
        if (!_canTruncate || Decoder.Options.Embeddings || most < LeastWait)
        {
            return false;
        }

        var tokens = sequence.TokenSpan[..most];
        foreach (var other in _slots)
        {
            if (other is { IsRunning: true } && IsKindred(other, sequence)
                && tokens.CommonPrefixLength(other.TokenSpan[..Math.Min(other.Tokens.Count, other.ExactLength)])
                    >= other.Computed + LeastWait)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether one may go on from what the other has read.</summary>
    private bool IsKindred(CachedSequence one, CachedSequence other) =>
        _store.SharesPrefixes && string.Equals(one.Tenant, other.Tenant, StringComparison.Ordinal);

    private (StateBlock? Block, int Length) Best(List<StateBlock> states, ReadOnlySpan<int> tokens)
    {
        var best = default((StateBlock? Block, int Length));
        foreach (var state in states)
        {
            var length = tokens.CommonPrefixLength(state.Tokens);
            if (length > best.Length && (_canTruncate || length == state.Tokens.Length))
            {
                best = (state, length);
            }
        }

        return best;
    }

    private (CachedSequence? Sequence, int Length) BestResident(CachedSequence sequence, ReadOnlySpan<int> tokens)
    {
        var best = default((CachedSequence? Sequence, int Length));
        foreach (var other in _slots)
        {
            if (other is null || other == sequence || !IsKindred(other, sequence))
            {
                continue;
            }

            var known = other.TokenSpan[..Math.Min(other.Computed, other.ExactLength)];
            var length = tokens.CommonPrefixLength(known);
            if (length > best.Length && (_canTruncate || length == other.Computed))
            {
                best = (other, length);
            }
        }

        return best;
    }
}
