namespace Lamina.Constraints.Json;

/// <summary>An array that has been begun.</summary>
internal sealed class ArrayFrame : ContainerFrame
{
    private readonly int _count;
    private readonly int[] _contained; // of each node, how many items its "contains" was right for
    private readonly string[] _texts;  // the items, where no two may be alike
    private bool? _canHaveChild;

    private ArrayFrame(Frame parent, Trail? before)
        : base(parent, before)
    {
        _contained = new int[Plan.Nodes.Length];
        _texts = [];
        Child = Plan.ItemUse(0);
    }

    private ArrayFrame(ArrayFrame other, UnevaluatedChild? unevaluated, int count, int[] contained, string[] texts)
        : base(other, unevaluated)
    {
        (_count, _contained, _texts) = (count, contained, texts);
        Child = Plan.ItemUse(count);
    }

    public override bool NeedsText => Plan.HasUniqueItems;

    protected override JsonTypes Type => JsonTypes.Array;

    protected override bool CanHaveChild => _canHaveChild ??= IsAliveWithOneMore();

    /// <summary>An array that begins.</summary>
    /// <returns>Null where no array can be right there.</returns>
    public static ArrayFrame? Begin(Frame parent, Trail? before = null)
    {
        var frame = new ArrayFrame(parent, before);
        return frame.Settle() ? frame : null;
    }

    public override bool Allows(string canonical)
    {
        if (!_texts.Contains(canonical, StringComparer.Ordinal))
        {
            return true;
        }

        var repeated = new ArrayFrame(this, null, _count, _contained, _texts);
        repeated.FailUnique();
        return repeated.IsAlive();
    }

    public override Truth IsPresent(string name, bool isEnd) => Truth.No;

    public override JsonState? Complete(ReadOnlySpan<Truth> child, string? text)
    {
        var contained = (int[])_contained.Clone();
        foreach (var role in Child!.Roles)
        {
            contained[role.Node] += role.Kind == ChildRoleKind.Contains && child[role.Root] == Truth.Yes ? 1 : 0;
        }

        var canonical = NeedsText ? CanonicalJson.Of(text!) : null;
        var isDouble = canonical is not null && _texts.Contains(canonical, StringComparer.Ordinal);
        string[] texts = canonical is null ? _texts : [.. _texts, canonical];
        var frame = new ArrayFrame(this, Describe(child), _count + 1, contained, texts);
        frame.Fail(Child, child);
        if (isDouble)
        {
            frame.FailUnique();
        }

        return frame.Settle() ? new AfterValueState(frame) : null;
    }

    protected override Truth Local(SchemaNode schema, int node, ReadOnlySpan<Truth> child, bool isEnd)
    {
        if (schema.IsFreeOfArrays)
        {
            return Truth.Yes;
        }

        var count = _count + (child.Length > 0 ? 1 : 0);
        if (count > schema.MaxItems || schema.MinItems > schema.MaxItems)
        {
            return Truth.No;
        }

        var contains = Contains(schema, node, count, child, isEnd);
        var isEnough = count >= schema.MinItems;
        var isOpen = schema.PrefixItems.Count > _count || schema.Items is not null || schema.UnevaluatedItems is not null
            || schema.MaxItems is not null || schema.UniqueItems;
        return contains.And(Truths.Until(isEnough, isEnd || (isEnough && !isOpen)));
    }

    protected override bool CanHold(SchemaNode schema, int node)
    {
        var needsMore = _count < schema.MinItems || (schema.Contains is not null && _contained[node] < schema.MinContains);
        return !needsMore || CanStart();
    }

    private bool IsAliveWithOneMore()
    {
        var fuller = new ArrayFrame(this, null, _count, _contained, _texts);
        for (var i = 0; i < Failed.Length; i++)
        {
            fuller.Failed[i] |= _count + 1 > Plan.Nodes[i].Schema.MaxItems;
        }

        return fuller.IsAlive();
    }

    private void FailUnique()
    {
        for (var i = 0; i < Failed.Length; i++)
        {
            Failed[i] |= Plan.Nodes[i].Schema.UniqueItems;
        }
    }

    private Truth Contains(SchemaNode schema, int node, int count, ReadOnlySpan<Truth> child, bool isEnd)
    {
        if (schema.Contains is null)
        {
            return Truth.Yes;
        }

        var (contained, open) = (_contained[node], 0);
        foreach (var role in child.Length > 0 ? Child!.Roles : [])
        {
            if (role.Kind == ChildRoleKind.Contains && role.Node == node)
            {
                contained += child[role.Root] == Truth.Yes ? 1 : 0;
                open += child[role.Root] == Truth.Open ? 1 : 0;
            }
        }

        var most = schema.MaxItems ?? (schema.Items is { Types: JsonTypes.None } ? schema.PrefixItems.Count : (int?)null);
        if (contained > schema.MaxContains || schema.MinContains > schema.MaxContains
            || contained + open + Math.Max(most - count ?? int.MaxValue / 2, 0) < schema.MinContains)
        {
            return Truth.No;
        }

        return Truths.Until(contained >= schema.MinContains, isEnd || (contained >= schema.MinContains && schema.MaxContains is null));
    }
}
