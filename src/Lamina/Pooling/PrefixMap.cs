namespace Lamina.Pooling;

/// <summary>
/// Remembers which workers have read which pieces of prompts. Two generations: what is asked for or added goes to the
/// young one, and when that is full it becomes the old one, whose pieces are forgotten. Not safe for several threads.
/// </summary>
/// <param name="capacity">The most pieces of both generations.</param>
internal sealed class PrefixMap(int capacity)
{
    /// <summary>The most workers that it tells apart.</summary>
    public const int MaxWorkers = 64;

    private Dictionary<ulong, ulong> _young = [];
    private Dictionary<ulong, ulong> _old = [];

    /// <summary>How many pieces are remembered; some may count twice.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>Finds how many of a prompt's pieces each worker has read.</summary>
    /// <param name="pieces">The prompt's pieces.</param>
    /// <param name="found">Filled in: a number for each worker.</param>
    public void Find(ReadOnlySpan<ulong> pieces, Span<int> found)
    {
        found.Clear();
        var candidates = ulong.MaxValue;
        for (var i = 0; i < pieces.Length && candidates != 0; i++)
        {
            candidates &= WorkersOf(pieces[i]);
            for (var worker = 0; worker < found.Length; worker++)
            {
                found[worker] += (int)((candidates >> worker) & 1);
            }
        }
    }

    /// <summary>Remembers that a worker reads a prompt.</summary>
    /// <param name="pieces">The prompt's pieces.</param>
    /// <param name="worker">The worker.</param>
    public void Add(ReadOnlySpan<ulong> pieces, int worker)
    {
        var half = capacity / 2;
        foreach (var piece in pieces[..Math.Min(pieces.Length, half)])
        {
            var workers = WorkersOf(piece) | (1UL << worker);
            if (_young.Count >= half)
            {
                (_old, _young) = (_young, []);
            }

            _young[piece] = workers;
        }
    }

    /// <summary>Forgets what a worker has read.</summary>
    /// <param name="worker">The worker.</param>
    public void Forget(int worker)
    {
        foreach (var generation in new[] { _young, _old })
        {
            foreach (var piece in generation.Keys.ToArray())
            {
                generation[piece] &= ~(1UL << worker);
            }
        }
    }

    private ulong WorkersOf(ulong piece) =>
        _young.TryGetValue(piece, out var workers) || _old.TryGetValue(piece, out workers) ? workers : 0;
}
