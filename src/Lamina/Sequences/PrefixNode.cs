namespace Lamina.Sequences;

/// <summary>
/// A place in a <see cref="PrefixCache"/>: where entries part, or where one ends. Each but the root has an entry in
/// itself or below, whose tokens spell the way to it.
/// </summary>
/// <param name="tenant">Whose tree it is in.</param>
/// <param name="parent">The place before it, or null for the root.</param>
/// <param name="end">The tokens on the way to it.</param>
internal sealed class PrefixNode(string? tenant, PrefixNode? parent, int end)
{
    /// <summary>Whose tree it is in.</summary>
    public string? Tenant { get; } = tenant;

    /// <summary>The place before it, or null for the root.</summary>
    public PrefixNode? Parent { get; set; } = parent;

    /// <summary>The tokens on the way to it.</summary>
    public int End { get; } = end;

    /// <summary>The entry that ends here, or null.</summary>
    public StateBlock? Block { get; set; }

    /// <summary>
    /// The entry last used, of the one that ends here and those below. It outlives the others in the cache, so that
    /// its tokens can stand for all of them.
    /// </summary>
    public PrefixNode? Newest { get; set; }

    /// <summary>The places after it, by the token that follows.</summary>
    public Dictionary<int, PrefixNode> Children { get; } = [];

    /// <summary>The entry's place in the order of use.</summary>
    public LinkedListNode<PrefixNode> Order => field ??= new(this);

    /// <summary>The tokens from the parent to here.</summary>
    public ReadOnlySpan<int> Edge => Newest!.Block!.Tokens.AsSpan(Parent!.End..End);
}
