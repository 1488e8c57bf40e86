namespace Lamina.Sequences;

/// <summary>
/// States of finished sequences in host memory, found by the longest common prefix of tokens: a compressed radix tree
/// for each tenant. What one tenant's tree holds is never found by another.
/// </summary>
/// <remarks>Belongs to one thread, the decode loop's. The cache holds a reference to each of its states.</remarks>
internal sealed class PrefixCache
{
    private readonly Dictionary<ValueTuple<string?>, PrefixNode> _roots = [];
    private readonly LinkedList<PrefixNode> _order = new(); // the entries, the one last used first

    /// <summary>The number of entries.</summary>
    public int Count => _order.Count;

    /// <summary>What the entries take of memory, in bytes: the sum of <see cref="StateBlock.Size"/>.</summary>
    public long Bytes { get; private set; }

    /// <summary>Finds the entry that has the most tokens in common with a sequence, and marks it as just used.</summary>
    /// <param name="tenant">Whose entries to search; null is a tenant as well.</param>
    /// <param name="tokens">
    /// The sequence. Leave out a last token that is to be computed in any case, for its logits.
    /// </param>
    /// <param name="canTruncate">
    /// Whether an entry can be cut: then any entry serves, as far as it agrees, the one that ends there before those
    /// that go on, and of these the one last used. Otherwise only those that the sequence begins with whole.
    /// </param>
    /// <returns>The entry, whose state is valid until the next call; null where none has a token in common.</returns>
    public PrefixMatch? Find(string? tenant, ReadOnlySpan<int> tokens, bool canTruncate)
    {
        var (node, length) = Descend(tenant, tokens);
        var found = canTruncate ? Serving(node, length) : LastEntry(node, length);
        if (found is null)
        {
            return null;
        }

        Use(found);
        return new(found.Block!, Math.Min(found.End, length));
    }

    /// <summary>
    /// Marks the entry as just used that makes another of these tokens needless: one of the same tokens or, where
    /// entries can be cut, one that goes on from them.
    /// </summary>
    /// <param name="tenant">Whose entries to search.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="canTruncate">Whether an entry can be cut.</param>
    /// <returns>Whether there is one; <see cref="Add"/> would not add a state of these tokens then.</returns>
    public bool Refresh(string? tenant, ReadOnlySpan<int> tokens, bool canTruncate)
    {
        var (node, length) = Descend(tenant, tokens);
        var found = length < tokens.Length ? null
            : canTruncate ? Serving(node, length)
            : node?.End == length && node.Block is not null ? node
            : null;
        if (found is not null)
        {
            Use(found);
        }

        return found is not null;
    }

    /// <summary>
    /// Adds a state as the entry just used, unless <see cref="Refresh"/> says that it is needless. Where entries can
    /// be cut, those are dropped that the new one goes on from.
    /// </summary>
    /// <param name="tenant">Whose entry it is.</param>
    /// <param name="block">The state, of at least one token. The cache adds a reference if it adds the state.</param>
    /// <param name="canTruncate">Whether an entry can be cut.</param>
    /// <returns>Whether it was added.</returns>
    public bool Add(string? tenant, StateBlock block, bool canTruncate)
    {
        ArgumentOutOfRangeException.ThrowIfZero(block.Tokens.Length, nameof(block));
        if (Refresh(tenant, block.Tokens, canTruncate))
        {
            return false;
        }

        block.Retain();
        var node = Insert(tenant, block.Tokens);
        node.Block = block;
        Bytes += block.Size;
        _order.AddFirst(node.Order);
        Use(node);
        for (var above = node.Parent; canTruncate && above is not null;)
        {
            var next = above.Parent;
            if (above.Block is not null)
            {
                Remove(above);
            }

            above = next;
        }

        return true;
    }

    /// <summary>Drops the entry that was not used for the longest time.</summary>
    /// <returns>False where there is none.</returns>
    public bool EvictOldest()
    {
        if (_order.Last is not { } oldest)
        {
            return false;
        }

        Remove(oldest.Value);
        return true;
    }

    /// <summary>Drops all entries.</summary>
    public void Clear()
    {
        while (EvictOldest())
        {
        }
    }

    /// <summary>The entry that serves for the first tokens of it or of those below, cut where it is longer.</summary>
    private static PrefixNode? Serving(PrefixNode? node, int length) =>
        length == 0 ? null : node!.End == length && node.Block is not null ? node : node.Newest;

    /// <summary>The longest entry on the way to a place, of at most some tokens.</summary>
    private static PrefixNode? LastEntry(PrefixNode? node, int length)
    {
        while (node is not null && (node.End > length || node.Block is null))
        {
            node = node.Parent;
        }

        return node;
    }

    /// <summary>Follows tokens as far as a tree has them.</summary>
    /// <returns>The tokens followed, and the place that they lead to, or at most into the way to.</returns>
    private (PrefixNode? Node, int Length) Descend(string? tenant, ReadOnlySpan<int> tokens)
    {
        var node = _roots.GetValueOrDefault(new(tenant));
        var length = 0;
        while (node?.End == length && length < tokens.Length && node.Children.TryGetValue(tokens[length], out var child))
        {
            length += child.Edge.CommonPrefixLength(tokens[length..]);
            node = child;
        }

        return (node, length);
    }

    /// <summary>Makes a place for tokens that has no entry.</summary>
    private PrefixNode Insert(string? tenant, int[] tokens)
    {
        var (node, length) = Descend(tenant, tokens);
        if (node is null)
        {
            node = new(tenant, null, 0);
            _roots.Add(new(tenant), node);
        }
        else if (length < node.End)
        {
            var upper = new PrefixNode(tenant, node.Parent, length) { Newest = node.Newest };
            upper.Children.Add(node.Newest!.Block!.Tokens[length], node);
            node.Parent!.Children[tokens[node.Parent.End]] = upper;
            node.Parent = upper;
            node = upper;
        }

        if (length < tokens.Length)
        {
            var leaf = new PrefixNode(tenant, node, tokens.Length);
            node.Children.Add(tokens[length], leaf);
            node = leaf;
        }

        return node;
    }

    private void Use(PrefixNode entry)
    {
        _order.Remove(entry.Order);
        _order.AddFirst(entry.Order);
        for (var node = entry; node is not null; node = node.Parent)
        {
            node.Newest = entry;
        }
    }

    /// <summary>
    /// Drops an entry, which no place above it may have as its newest unless it has no other, and the places that
    /// are not needed any more.
    /// </summary>
    private void Remove(PrefixNode node)
    {
        var block = node.Block!;
        node.Block = null;
        _order.Remove(node.Order);
        Bytes -= block.Size;

        while (node.Parent is { } parent && node.Block is null && node.Children.Count == 0)
        {
            parent.Children.Remove(block.Tokens[parent.End]);
            node = parent;
        }

        if (node.Parent is null)
        {
            if (node.Children.Count == 0)
            {
                _roots.Remove(new(node.Tenant));
            }
        }
        else if (node.Block is null && node.Children.Count == 1)
        {
            foreach (var child in node.Children.Values)
            {
                child.Parent = node.Parent;
                node.Parent.Children[block.Tokens[node.Parent.End]] = child;
            }
        }

        block.Release();
    }
}
