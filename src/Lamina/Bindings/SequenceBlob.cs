using System.Buffers.Binary;

namespace Lamina.Bindings;

/// <summary>
/// Walks through the state of one sequence as native code writes and reads it: magic number, id; for each attention
/// cache the number of streams and for each stream its cells (position, number of ids, id) and the rows of keys and
/// values of every layer; then the recurrent section. What does not hold together is found here: native code believes
/// the counts that it reads, and allocates by them.
/// </summary>
internal ref struct SequenceBlob
{
    private readonly ReadOnlySpan<byte> _blob;
    private readonly BlobShape _shape;
    private readonly int _sequence;
    private readonly int _length;
    private readonly List<BlobCache> _caches = [];
    private int _at;

    private SequenceBlob(ReadOnlySpan<byte> blob, BlobShape shape, int sequence, int length)
    {
        _blob = blob;
        _shape = shape;
        _sequence = sequence;
        _length = length;
    }

    /// <summary>Walks through a state from its magic number to its last byte.</summary>
    /// <param name="blob">The state.</param>
    /// <param name="shape">What it consists of.</param>
    /// <param name="streams">How many streams each of its caches must have.</param>
    /// <param name="sequence">The id that it must be of.</param>
    /// <param name="length">How many tokens the sequence has.</param>
    /// <param name="caches">Where each attention cache's cells and rows are.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Walk(
        ReadOnlySpan<byte> blob,
        BlobShape shape,
        int streams,
        int sequence,
        int length,
        out IReadOnlyList<BlobCache> caches)
    {
        // Layers that keep keys and values in one (MLA) write no rows of values, and nothing says so.
        var walk = new SequenceBlob(blob, shape, sequence, length);
        var fault = walk.Walk(streams, hasValues: true);
        if (fault is not null)
        {
            var other = new SequenceBlob(blob, shape, sequence, length);
            if (other.Walk(streams, hasValues: false) is null)
            {
                walk = other;
                fault = null;
            }
        }

        caches = walk._caches;
        return fault;
    }

    /// <summary>Sets the sequence's id to 0 wherever it stands, so that equal states have equal bytes.</summary>
    /// <param name="blob">A state that was walked through.</param>
    /// <param name="shape">What it consists of.</param>
    /// <param name="caches">Where its caches are.</param>
    public static void ClearIds(Span<byte> blob, BlobShape shape, IReadOnlyList<BlobCache> caches)
    {
        blob.Slice(sizeof(uint), sizeof(int)).Clear();
        foreach (var cache in caches)
        {
            var cells = blob[(cache.Start + sizeof(uint))..];
            for (var i = 1; i <= cache.CellCount; i++)
            {
                cells.Slice(i * shape.CellBytes - sizeof(int), sizeof(int)).Clear();
            }
        }
    }

    /// <summary>Copies a state, giving each of its caches another number of streams.</summary>
    /// <param name="blob">A state that was walked through.</param>
    /// <param name="caches">Where its caches are.</param>
    /// <param name="streams">The streams that each cache gets; the cells are put in the last.</param>
    /// <param name="destination">Exactly as large as the state becomes.</param>
    public static void Rewrite(
        ReadOnlySpan<byte> blob, IReadOnlyList<BlobCache> caches, int streams, Span<byte> destination)
    {
        blob[..BlobShape.HeaderBytes].CopyTo(destination);
        destination = destination[BlobShape.HeaderBytes..];
        foreach (var cache in caches)
        {
            WriteStreams(destination, streams);
            destination = destination[(streams * sizeof(uint))..];
            blob[cache.Start..cache.End].CopyTo(destination);
            destination = destination[(cache.End - cache.Start)..];
        }

        // What follows the last cache's streams is the recurrent section.
        blob[^destination.Length..].CopyTo(destination);
    }

    /// <summary>Writes the number of streams and the counts of those before the last, which are empty.</summary>
    public static void WriteStreams(Span<byte> destination, int streams)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, streams);
        destination.Slice(sizeof(uint), (streams - 1) * sizeof(uint)).Clear();
    }

    private string? Walk(int streams, bool hasValues)
    {
        if (!TryRead(out uint magic) || magic != BlobShape.Magic || !TryRead(out uint id) || id != _sequence)
        {
            return "it does not begin as a state does";
        }

        for (var cache = 0; cache < _shape.Caches; cache++)
        {
            if (WalkCache(streams, isWindow: cache == 1, hasValues) is { } fault)
            {
                return $"cache {cache}: {fault}";
            }
        }

        if (!_shape.Recurrent.IsEmpty && WalkRecurrent() is { } recurrent)
        {
            return $"recurrent memory: {recurrent}";
        }

        return _at == _blob.Length ? null : $"{_blob.Length - _at} bytes are left at its end";
    }

    private string? WalkCache(int streams, bool isWindow, bool hasValues)
    {
        if (!TryRead(out uint found) || found != streams)
        {
            return $"it has {found} streams instead of {streams}";
        }

        var first = _caches.Count;
        for (var stream = 0; stream < streams; stream++)
        {
            var start = _at;
            if (!TryRead(out uint cells))
            {
                return CutShort();
            }

            if (cells == 0)
            {
                continue;
            }

            if (_caches.Count > first)
            {
                return "two of its streams have cells";
            }

            if ((WalkCells(cells, isWindow) ?? WalkRows((int)cells, hasValues)) is { } fault)
            {
                return fault;
            }

            _caches.Add(new(start, _at, (int)cells));
        }

        return _caches.Count > first ? null : "it has no cells";
    }

    /// <summary>Every position is there once; a window has those at the end.</summary>
    private string? WalkCells(uint cells, bool isWindow)
    {
        if (isWindow ? cells > _length : cells != _length)
        {
            return $"it has {cells} cells for {_length} tokens";
        }

        var isSeen = new bool[cells];
        var least = _length - (int)cells;
        for (var i = 0; i < cells; i++)
        {
            if (!TryRead(out uint position) || !TryRead(out uint ids) || !TrySkip((ulong)_shape.ExtraCellBytes, 1)
                || !TryRead(out uint id))
            {
                return CutShort();
            }

            var index = (long)position - least;
            if (index < 0 || index >= cells || isSeen[index])
            {
                return $"cell {i} has the position {position}, which is taken or not one of {least} to {_length - 1}";
            }

            if (ids != 1 || id != _sequence)
            {
                return $"cell {i} is not of one sequence, or of another";
            }

            isSeen[index] = true;
        }

        return null;
    }

    private string? WalkRows(int cells, bool hasValues)
    {
        if (!TryRead(out uint isTransposed) || !TryRead(out uint layers) || isTransposed > 1)
        {
            return "the number of layers is missing";
        }

        for (var layer = 0u; layer < layers; layer++)
        {
            if (!TryRead(out uint _) || !TryRead(out ulong row) || !TrySkip(row, (ulong)cells))
            {
                return $"the keys of layer {layer} are cut short";
            }
        }

        for (var layer = 0u; hasValues && layer < layers; layer++)
        {
            if (isTransposed == 0
                ? !TryRead(out uint _) || !TryRead(out ulong row) || !TrySkip(row, (ulong)cells)
                : !TryRead(out uint _) || !TryRead(out uint element) || !TryRead(out uint width)
                    || !TrySkip((ulong)element * width, (ulong)cells))
            {
                return $"the values of layer {layer} are cut short";
            }
        }

        return null;
    }

    /// <summary>One cell at the last position, then rows of the sizes that the decoder's memory has.</summary>
    private string? WalkRecurrent()
    {
        if (!TryRead(out uint cells) || cells != 1)
        {
            return $"it has {cells} cells instead of 1";
        }

        if (!TryRead(out uint position) || position != _length - 1 || !TryRead(out uint ids) || ids != 0)
        {
            return $"its cell is at position {position} instead of {_length - 1}";
        }

        var expected = _shape.Recurrent.Span;
        if (!TrySkipEqual(expected[..BlobShape.RecurrentCountBytes]))
        {
            return "its number of layers is another";
        }

        for (expected = expected[BlobShape.RecurrentCountBytes..]; !expected.IsEmpty;
            expected = expected[BlobShape.RecurrentRowBytes..])
        {
            var size = BinaryPrimitives.ReadUInt64LittleEndian(expected[sizeof(int)..]);
            if (!TrySkipEqual(expected[..BlobShape.RecurrentRowBytes]) || !TrySkip(size, 1))
            {
                return "a row is of another size, or cut short";
            }
        }

        return null;
    }

    private readonly string CutShort() => $"it is cut short after {_blob.Length} bytes";

    private bool TryRead(out uint value)
    {
        var isThere = BinaryPrimitives.TryReadUInt32LittleEndian(_blob[_at..], out value);
        _at += isThere ? sizeof(uint) : 0;
        return isThere;
    }

    private bool TryRead(out ulong value)
    {
        var isThere = BinaryPrimitives.TryReadUInt64LittleEndian(_blob[_at..], out value);
        _at += isThere ? sizeof(ulong) : 0;
        return isThere;
    }

    private bool TrySkipEqual(ReadOnlySpan<byte> expected)
    {
        var isEqual = _blob[_at..].StartsWith(expected);
        _at += isEqual ? expected.Length : 0;
        return isEqual;
    }

    private bool TrySkip(ulong size, ulong count)
    {
        var left = (ulong)(_blob.Length - _at);
        if (size > left || size * count > left)
        {
            return false;
        }

        _at += (int)(size * count);
        return true;
    }
}
