using System.Numerics;

namespace Lamina.Sequences;

/// <summary>
/// Host memory for states, limited by bytes: parked sequences, and finished ones whose beginning others may share.
/// The latter make room for the former. It belongs to the loop's thread.
/// </summary>
/// <param name="modelFingerprint">Whose states these are.</param>
/// <param name="limit">The most bytes.</param>
/// <param name="sharesPrefixes">Whether sequences that begin as others did go on from there.</param>
internal sealed class StateStore(string modelFingerprint, long limit, bool sharesPrefixes)
{
    private readonly PrefixCache _prefixes = new();

    /// <summary>Whose states these are.</summary>
    public string ModelFingerprint => modelFingerprint;

    /// <summary>Whether sequences that begin as others did go on from there.</summary>
    public bool SharesPrefixes => sharesPrefixes;

    /// <summary>What counts the bytes.</summary>
    public HostMemory Memory { get; } = new(limit);

    /// <inheritdoc cref="PrefixCache.Find"/>
    public PrefixMatch? Find(string? tenant, ReadOnlySpan<int> tokens, bool canTruncate) =>
        _prefixes.Find(tenant, tokens, canTruncate);

    /// <summary>Whether a state of these tokens would tell anything new.</summary>
    public bool WantsPrefix(string? tenant, ReadOnlySpan<int> tokens, bool canTruncate) =>
        sharesPrefixes && limit > 0 && !_prefixes.Refresh(tenant, tokens, canTruncate);

    /// <summary>Keeps a state for sequences that begin as it does.</summary>
    public void Remember(string? tenant, StateBlock state, bool canTruncate) =>
        _prefixes.Add(tenant, state, canTruncate);

    /// <summary>Lets kept beginnings go, the least recently used first, until a state of so many bytes fits.</summary>
    /// <returns>False where it does not fit even so.</returns>
    public bool MakeRoom(long bytes)
    {
        // That is what the pool takes for it.
        bytes = (long)BitOperations.RoundUpToPowerOf2((ulong)bytes);
        if (bytes > limit)
        {
            return false;
        }

        while (Memory.Used + bytes > limit)
        {
            if (!_prefixes.EvictOldest())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Lets everything go.</summary>
    public void Clear() => _prefixes.Clear();
}
