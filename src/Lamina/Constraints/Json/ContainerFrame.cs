namespace Lamina.Constraints.Json;

/// <summary>An object or array that has been begun.</summary>
internal abstract class ContainerFrame : Frame
{
    /// <summary>Deeper than this it is presumed that what is required can be had.</summary>
    private const int LookaheadDepth = 6;

    private readonly UnevaluatedChild[] _unevaluated;
    private readonly Trail? _before;

    // The schemas that need what would make the document wrong. Others do not inherit it: what made it wrong may be gone then.
    private readonly bool[] _isHopeless;

    /// <param name="parent">Where it stands; <see cref="Frame.ChildPlan"/> there applies to it.</param>
    /// <param name="before">The text of the document before it.</param>
    protected ContainerFrame(Frame parent, Trail? before)
    {
        _before = before;
        Parent = parent;
        Plan = parent.ChildPlan;
        Failed = new bool[Plan.Nodes.Length];
        _isHopeless = new bool[Plan.Nodes.Length];
        Awaited = new bool[Plan.Nodes.Length];
        _unevaluated = [];
        Depth = parent.Depth + 1;
    }

    /// <summary>A copy to be changed before anybody sees it.</summary>
    protected ContainerFrame(ContainerFrame other, UnevaluatedChild? unevaluated)
    {
        _before = other._before;
        Parent = other.Parent;
        Plan = other.Plan;
        Failed = (bool[])other.Failed.Clone();
        _isHopeless = new bool[Plan.Nodes.Length];
        Awaited = new bool[Plan.Nodes.Length];
        _unevaluated = unevaluated is null ? other._unevaluated : [.. other._unevaluated, unevaluated];
        Depth = other.Depth;
    }

    public Frame Parent { get; }

    /// <summary>All that applies to it.</summary>
    public Plan Plan { get; }

    public sealed override int Depth { get; }

    public sealed override Plan ChildPlan => Child!.Plan;

    /// <summary>What applies to the value that is under way or comes next; null while none can come.</summary>
    public ChildUse? Child { get; protected init; }

    protected abstract JsonTypes Type { get; }

    /// <summary>Whether there may be one child more.</summary>
    protected virtual bool CanHaveChild => true;

    /// <summary>The schemas, by their nodes, that it cannot be right by any more.</summary>
    protected bool[] Failed { get; }

    /// <summary>The schemas, by their nodes, that a child has a say on of which nothing is known.</summary>
    protected bool[] Awaited { get; }

    private bool IsDeep => Depth > LookaheadDepth;

    /// <summary>Whether it has a member of a name, or will have.</summary>
    public abstract Truth IsPresent(string name, bool isEnd);

    public sealed override bool IsAlive(ReadOnlySpan<Truth> child)
    {
        if (!child.ContainsAny(Truth.No, Truth.Yes))
        {
            return CanHaveChild; // as it was before the child
        }

        return Parent.IsAlive(Roots(child, isEnd: false));
    }

    /// <summary>Whether it can still become right, as things are between two children.</summary>
    public bool IsAlive() => Parent.IsAlive(Roots([], isEnd: false));

    /// <summary>Takes the end.</summary>
    /// <param name="trail">The text of the document, with the end.</param>
    public JsonState? End(Trail? trail) => Parent.Complete(Roots([], isEnd: true), Parent.NeedsText ? trail!.Since(_before) : null);

    /// <summary>What <c>unevaluatedProperties</c> or <c>unevaluatedItems</c> of a node say.</summary>
    public Truth Unevaluated(int node, ReadOnlySpan<Truth> truths, FrameView view)
    {
        var schema = Plan.Nodes[node].Schema;
        if ((Type == JsonTypes.Object ? schema.UnevaluatedProperties : schema.UnevaluatedItems) is null)
        {
            return Truth.Yes;
        }

        var all = view.IsEnd ? Truth.Yes : Truth.Open;
        foreach (var child in _unevaluated)
        {
            all = all.And(child.IsRight(node, view, truths));
        }

        return view.Pending is { } pending ? all.And(pending.IsRight(node, view, truths)) : all;
    }

    /// <summary>What holds by a schema's own keywords, those for the children apart.</summary>
    protected abstract Truth Local(SchemaNode schema, int node, ReadOnlySpan<Truth> child, bool isEnd);

    /// <summary>Finds what cannot come about any more.</summary>
    /// <returns>Whether it can still become right.</returns>
    protected bool Settle()
    {
        for (var i = 0; i < Failed.Length && !IsDeep; i++)
        {
            _isHopeless[i] = !Failed[i] && !CanHold(Plan.Nodes[i].Schema, i);
        }

        return IsAlive();
    }

    /// <summary>Whether what a schema still needs can come.</summary>
    protected abstract bool CanHold(SchemaNode schema, int node);

    /// <summary>Marks the schemas that a whole child is wrong by.</summary>
    protected void Fail(ChildUse use, ReadOnlySpan<Truth> child)
    {
        foreach (var role in use.Roles)
        {
            Failed[role.Node] |= role.Kind == ChildRoleKind.Must && child[role.Root] == Truth.No;
        }
    }

    /// <summary>What has to be remembered of a child for <c>unevaluated…</c>; null for nothing.</summary>
    protected UnevaluatedChild? Describe(ReadOnlySpan<Truth> child)
    {
        if (!Plan.HasUnevaluated)
        {
            return null;
        }

        var (evaluated, right) = (new Truth[Plan.Nodes.Length], new Truth[Plan.Nodes.Length]);
        right.AsSpan().Fill(Truth.Yes);
        for (var i = 0; i < evaluated.Length; i++)
        {
            evaluated[i] = Truths.Of(Child!.Evaluated[i]);
        }

        foreach (var role in Child!.Roles)
        {
            if (role.Kind == ChildRoleKind.Contains)
            {
                evaluated[role.Node] = evaluated[role.Node].Or(child[role.Root]);
            }
            else if (role.Kind == ChildRoleKind.Unevaluated)
            {
                right[role.Node] = child[role.Root];
            }
        }

        return new(evaluated, right);
    }

    /// <summary>What holds of the roots of its plan.</summary>
    /// <param name="child">What holds of the value under way; empty where none is.</param>
    /// <param name="isEnd">Whether nothing more comes.</param>
    private Truth[] Roots(ReadOnlySpan<Truth> child, bool isEnd)
    {
        var truths = new Truth[Plan.Nodes.Length];
        for (var i = 0; i < truths.Length; i++)
        {
            truths[i] = Failed[i] || _isHopeless[i] || Plan.Nodes[i].StartOf(Type) == Truth.No ? Truth.No : Local(Plan.Nodes[i].Schema, i, child, isEnd);
            truths[i] = Awaited[i] ? truths[i].And(Truth.Open) : truths[i];
        }

        foreach (var role in isEnd || Child is null ? [] : Child.Roles)
        {
            if (role.Kind == ChildRoleKind.Must)
            {
                truths[role.Node] = truths[role.Node].And(child.Length > 0 ? child[role.Root] : Truth.Open);
            }
        }

        Plan.Evaluate(truths, Type, new FrameView(this, isEnd, child.Length > 0 ? Describe(child) : null));
        return Plan.RootsOf(truths);
    }
}
