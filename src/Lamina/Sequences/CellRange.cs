namespace Lamina.Sequences;

/// <summary>The cells of one sequence in a <see cref="CellLedger"/>. Empty ones hold nothing and may be left behind.</summary>
internal sealed class CellRange
{
    private readonly CellLedger _ledger;
    private CellSegment? _last;

    /// <summary>Creates it; it takes over a reference to its last segment.</summary>
    internal CellRange(CellLedger ledger, CellSegment? last)
    {
        _ledger = ledger;
        _last = last;
    }

    /// <summary>The sequence's cells.</summary>
    public int Length => _last?.End ?? 0;

    /// <summary>The cells that no other sequence has: those that <see cref="Clear"/> would free.</summary>
    public int PrivateCount
    {
        get
        {
            var segment = _last;
            while (segment is { References: 1 })
            {
                segment = segment.Parent;
            }

            return Length - (segment?.End ?? 0);
        }
    }

    /// <summary>Whether another sequence has some of the cells as well.</summary>
    public bool IsShared => PrivateCount < Length;

    /// <summary>Adds cells of its own.</summary>
    /// <param name="count">How many, from 0.</param>
    public void Append(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var end = checked(Length + count);
        if (_last is { References: 1 })
        {
            _last.End = end;
        }
        else if (count > 0)
        {
            _last = new(_last, end); // its reference to the segment before is now this one's
        }

        _ledger.Used += count;
    }

    /// <summary>Gives another sequence the first cells, which both share from then on.</summary>
    /// <param name="length">How many, from 0 to <see cref="Length"/>.</param>
    /// <returns>The other sequence's cells.</returns>
    public CellRange Fork(int length) => new(_ledger, Hold(length));

    /// <summary>Keeps the first cells, and frees those after them that no other sequence has.</summary>
    /// <param name="length">How many to keep, from 0 to <see cref="Length"/>.</param>
    public void Truncate(int length)
    {
        var kept = Hold(length);
        Clear();
        _last = kept;
    }

    /// <summary>Gives up all cells, and frees those that no other sequence has. It may be used again.</summary>
    public void Clear()
    {
        for (var segment = _last; segment is not null && --segment.References == 0; segment = segment.Parent)
        {
            _ledger.Used -= segment.End - segment.Start;
        }

        _last = null;
    }

    /// <summary>Adds a reference to the segment that ends after some cells, cutting one in two where none does.</summary>
    private CellSegment? Hold(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        if (length == 0)
        {
            return null;
        }

        var segment = _last!;
        while (Join(segment).Start >= length)
        {
            segment = segment.Parent!;
        }

        if (segment.End > length)
        {
            segment.Parent = new(segment.Parent, length);
            segment = segment.Parent;
        }

        segment.References++;
        return segment;
    }

    /// <summary>Takes in the segments before that have no other after them: what was cut for a fork that is gone.</summary>
    private static CellSegment Join(CellSegment segment)
    {
        while (segment.Parent is { References: 1 } parent)
        {
            segment.Parent = parent.Parent;
        }

        return segment;
    }
}
