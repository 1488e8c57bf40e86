using Lamina.Runtime;
using Microsoft.Extensions.Logging;

namespace Lamina.Sequences;

/// <summary>
/// The decoder's memory and the host memory behind it: gives sequences a slot, and moves them in and out without
/// computing anything again where that can be helped. It belongs to the loop's thread.
/// </summary>
internal sealed partial class KvCache
{
    /// <summary>Tokens from which on copying a prefix is worth more than computing it.</summary>
    private const int LeastReuse = 16;

    /// <summary>Tokens from which on it is worth waiting until another sequence has computed them.</summary>
    private const int LeastWait = 64;

    /// <summary>States kept of a sequence whose memory cannot be cut back: it can be rewound to each of them.</summary>
    private const int Checkpoints = 4;

    private readonly StateStore _store;
    private readonly ILogger _logger;
    private readonly Action _wake;
    private readonly CachedSequence?[] _slots;
    private readonly CellLedger? _ledger;
    private readonly bool _canTruncate;
    private long _clock;

    /// <summary>Creates the cache.</summary>
    /// <param name="decoder">The decoder, all of whose sequences are empty.</param>
    /// <param name="model">Its model.</param>
    /// <param name="store">The host memory behind it.</param>
    /// <param name="logger">Where it says what it had to give up.</param>
    /// <param name="wake">Has the loop call <see cref="Settle()"/> soon; called on any thread.</param>
    public KvCache(IDecoder decoder, ModelInfo model, StateStore store, ILogger logger, Action wake)
    {
        Decoder = decoder;
        _store = store;
        _logger = logger;
        _wake = wake;
        _slots = new CachedSequence?[decoder.Options.SequenceCount];
        FreeSlots = _slots.Length;
        _canTruncate = model.Memory == MemoryKind.Attention;
        CanShare = _canTruncate && IsShared;
        _ledger = IsShared ? new() : null;
    }

    /// <summary>The decoder.</summary>
    public IDecoder Decoder { get; }

    /// <summary>The sequences by their slots.</summary>
    public ReadOnlySpan<CachedSequence?> Slots => _slots;

    /// <summary>How many slots are empty.</summary>
    public int FreeSlots { get; private set; }

    /// <summary>How many tokens more the cells can take, over all sequences.</summary>
    public long FreeCells => IsShared ? Decoder.Options.CellCount - CellsInUse : long.MaxValue;

    /// <summary>Cells that hold a token.</summary>
    public long CellsInUse
    {
        get
        {
            if (_ledger is not null)
            {
                return _ledger.Used;
            }

            var used = 0L;
            foreach (var sequence in _slots)
            {
                used += sequence?.Computed ?? 0;
            }

            return used;
        }
    }

    /// <summary>Tokens that did not have to be computed, since their cells or states were there.</summary>
    public long ReusedTokens { get; private set; }

    /// <summary>Sequences that entered with tokens of which some might have been known.</summary>
    public long Lookups { get; private set; }

    /// <summary>Those of them of which some were.</summary>
    public long Hits { get; private set; }

    private bool IsShared => Decoder.Options.KvLayout == KvLayout.Shared;

    private bool CanShare { get; }

    /// <summary>The sequence least recently used on which nothing runs, or null where there is none.</summary>
    /// <param name="except">One that does not count.</param>
    public CachedSequence? OldestIdle(CachedSequence? except = null)
    {
        CachedSequence? oldest = null;
        foreach (var sequence in _slots)
        {
            if (sequence is { IsRunning: false } && sequence != except && (oldest is null || sequence.LastUsed < oldest.LastUsed))
            {
                oldest = sequence;
            }
        }

        return oldest;
    }

    /// <summary>Keeps a way back to the present state, where the model's memory cannot be cut.</summary>
    public void Guard(CachedSequence sequence)
    {
        if (sequence.IsKept && !_canTruncate && sequence.Slot >= 0)
        {
            Checkpoint(sequence);
        }
    }

    /// <summary>Gives a sequence a free slot, and what is known of its tokens.</summary>
    /// <param name="sequence">A sequence without a slot, while <see cref="FreeSlots"/> is above 0.</param>
    /// <param name="most">The most tokens that need not be computed.</param>
    /// <param name="room">The cells that it may take, where sequences share them.</param>
    public void Enter(CachedSequence sequence, int most, long room)
    {
        Take(sequence, FindSlot());
        most = (int)Math.Min(most, room);
        var tokens = sequence.TokenSpan[..Math.Max(Math.Min(most, sequence.Tokens.Count), 0)];
        if (tokens.IsEmpty || Decoder.Options.Embeddings)
        {
            return;
        }

        var (own, ownLength) = Best(sequence.States, tokens);
        var (live, liveLength) = ownLength == tokens.Length ? default : BestResident(sequence, tokens);
        var cached = ownLength == tokens.Length ? null : _store.Find(sequence.Tenant, tokens, _canTruncate);
        var cachedLength = cached?.Length ?? 0;
        if (own is not null && ownLength >= Math.Max(liveLength, cachedLength))
        {
            Load(sequence, own, ownLength, room);
        }
        else if (live is not null && liveLength >= Math.Max(LeastReuse, cachedLength))
        {
            CopyResident(live, sequence, liveLength, room);
        }
        else if (cached is { Length: >= LeastReuse } match)
        {
            Load(sequence, match.Block, match.Length, room);
        }

        ReusedTokens += sequence.Computed;
        if (own is null)
        {
            Lookups++;
            Hits += sequence.Computed > 0 ? 1 : 0;
        }
    }

    /// <summary>Moves a sequence to host memory, or where that is full leaves it to be computed again.</summary>
    public void Leave(CachedSequence sequence)
    {
        if (TrySettle(sequence))
        {
            return;
        }

        if (sequence.Computed >= LeastReuse)
        {
            Checkpoint(sequence);
        }

        Evict(sequence);
    }

    /// <summary>Takes a sequence out of its slot; its tokens are computed again where no state of it is left.</summary>
    public void Evict(CachedSequence sequence)
    {
        if (sequence.Slot < 0)
        {
            return;
        }

        Decoder.Clear(sequence.Slot);
        sequence.Cells?.Clear();
        sequence.Cells = null;
        _slots[sequence.Slot] = null;
        FreeSlots++;
        sequence.Slot = -1;
        sequence.Computed = 0;
    }

    /// <summary>Lets a sequence go, with all that is known of it.</summary>
    public void Drop(CachedSequence sequence)
    {
        Evict(sequence);
        sequence.ReleaseStates();
    }

    /// <summary>Counts tokens of a sequence that a batch computed.</summary>
    public void Advance(CachedSequence sequence, int count)
    {
        sequence.Computed += count;
        sequence.LastUsed = ++_clock;
        sequence.Cells?.Append(count);
    }

    /// <summary>Finds out what a batch that failed has left of a sequence.</summary>
    public void Resynchronize(CachedSequence sequence)
    {
        sequence.Computed = Decoder.GetLength(sequence.Slot);
        sequence.Cells?.Truncate(sequence.Computed);
    }

    /// <summary>Cuts a sequence to its first tokens. The last that remains is left to be computed again.</summary>
    public void Truncate(CachedSequence sequence, int length)
    {
        var tokens = sequence.Tokens;
        tokens.RemoveRange(length, tokens.Count - length);
        if (length <= sequence.ExactLength && sequence.ExactLength < int.MaxValue)
        {
            // Its states know of tokens that are gone, and must not serve for the same tokens once more.
            sequence.ExactLength = int.MaxValue;
            sequence.ReleaseStates();
        }

        var computed = Math.Max(length - 1, 0);
        if (sequence.Computed <= computed)
        {
            return;
        }

        if (TryTruncate(sequence.Slot, computed))
        {
            sequence.Computed = computed;
            sequence.Cells?.Truncate(computed);
        }
        else
        {
            Evict(sequence);
        }
    }

    /// <summary>Cuts a sequence on which a request runs, which has a slot afterwards, if it had one.</summary>
    public void Rewind(CachedSequence sequence, int length)
    {
        var hadSlot = sequence.Slot >= 0;
        Truncate(sequence, length);
        if (hadSlot && sequence.Slot < 0)
        {
            Enter(sequence, length - 1, FreeCells);
        }
    }

    /// <summary>Sees that a sequence has these tokens, and keeps what was computed of them.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="tokens">All of its tokens.</param>
    /// <param name="state">
    /// A state that takes the place of what is known of it, with a reference that the sequence takes over; or null.
    /// </param>
    public void Assign(CachedSequence sequence, int[] tokens, StateBlock? state = null)
    {
        Truncate(sequence, state is null ? sequence.TokenSpan.CommonPrefixLength(tokens) : 0);
        sequence.Tokens.AddRange(tokens.AsSpan(sequence.Tokens.Count));
        if (state is not null)
        {
            Drop(sequence); // states are loaded where a sequence gets a slot
            sequence.States.Add(state);
            sequence.ExactLength = state.ExactLength;
        }
    }

    /// <summary>Takes tokens out of the middle of a sequence; those after them move up and keep what they knew.</summary>
    public void RemoveRange(CachedSequence sequence, int start, int count)
    {
        if (start + count == sequence.Tokens.Count)
        {
            Truncate(sequence, start);
            return;
        }

        var computed = Math.Clamp(sequence.Computed - start, 0, count);

        // Moving a cell moves it for all who share it.
        if (computed > 0 && sequence.Cells is { IsShared: true } && !Move(sequence, sequence.Slot))
        {
            Decoder.Clear(sequence.Slot);
            sequence.Cells.Clear();
            sequence.Computed = 0;
        }

        sequence.Tokens.RemoveRange(start, count);
        if (computed == 0)
        {
            return;
        }

        if (sequence.Computed > 0)
        {
            Decoder.RemoveRange(sequence.Slot, start, computed);
            sequence.Computed -= computed;
            sequence.Cells?.Truncate(sequence.Computed);
            sequence.ExactLength = Math.Min(sequence.ExactLength, start);
        }
    }

    /// <summary>Makes a new sequence of the tokens of another, which computes none of them again.</summary>
    public void Fork(CachedSequence parent, CachedSequence child)
    {
        child.Tokens.AddRange(parent.TokenSpan);
        child.ExactLength = parent.ExactLength;
        if (parent.Slot >= 0 && parent.Computed > 0)
        {
            if (CanShare && FreeSlots > 0)
            {
                Take(child, FindSlot());
                Share(parent, child, parent.Computed);
                return;
            }

            Checkpoint(parent);
        }

        child.States.AddRange(parent.States.Select(state => state.Retain()));
    }

    /// <summary>Puts a sequence into another slot, which is free, or into cells of its own in the same one.</summary>
    /// <returns>False where its state could not be had; it is as it was then.</returns>
    public bool Move(CachedSequence sequence, int slot)
    {
        var computed = sequence.Computed;
        var state = computed > 0 ? Copy(sequence, isKept: false) : null;
        if (computed > 0 && state is null)
        {
            return false;
        }

        Evict(sequence);
        Take(sequence, slot);
        if (state is not null)
        {
            Load(sequence, state, computed, FreeCells);
            state.Release();
        }

        return true;
    }

    /// <summary>
    /// The free slot nearest to those that run, for the runtime computes neighbours together; or −1.
    /// </summary>
    private int FindSlot()
    {
        var (first, last) = (_slots.Length, -1);
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            if (_slots[slot] is { IsRunning: true })
            {
                first = Math.Min(first, slot);
                last = slot;
            }
        }

        var (best, least) = (-1, int.MaxValue);
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            var distance = last < 0 ? slot : Math.Max(first - slot, slot - last);
            if (_slots[slot] is null && distance < least)
            {
                (best, least) = (slot, Math.Max(distance, 0));
            }
        }

        return best;
    }

    private void Take(CachedSequence sequence, int slot)
    {
        _slots[slot] = sequence;
        FreeSlots--;
        sequence.Slot = slot;
        sequence.Computed = 0;
        sequence.LastUsed = ++_clock;
        sequence.Cells = _ledger?.Open();
    }
}
