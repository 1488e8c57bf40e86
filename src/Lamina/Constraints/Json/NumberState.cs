namespace Lamina.Constraints.Json;

/// <summary>A number is under way.</summary>
/// <param name="frame">Where it stands.</param>
/// <param name="text">What of it is there.</param>
internal sealed class NumberState(Frame frame, string text) : JsonState
{
    private static readonly byte[] Parts = [.. "0123456789.,]}eE+-"u8];

    private JsonState? _end;

    public override byte[] Candidates => Parts;

    public override bool IsEnd => End() is { IsEnd: true };

    public override JsonState? Accept(byte value, Trail? before, Trail? after)
    {
        if (!NumberText.CanFollow(text, (char)value))
        {
            return NumberText.IsWhole(text) ? End()?.Accept(value, before, after) : null;
        }

        var next = text + (char)value;
        return IsAlive(next) ? new NumberState(frame, next) : null;
    }

    /// <summary>Whether more of it can come.</summary>
    public bool CanGoOn() => "0123456789-.e".Any(c => NumberText.CanFollow(text, c) && IsAlive(text + c));

    private JsonState? End() => NumberText.IsWhole(text) && JsonNumber.Parse(text) is { } number
        ? _end ??= frame.Complete(RootsOf((node, _) => Truths.Of(node.NumberRule.Allows(number))), text)
        : null;

    private bool IsAlive(string next)
    {
        var truths = RootsOf((node, _) => StateOf(node, next));
        if (!frame.IsAlive(truths))
        {
            return false;
        }

        // Whole numbers are written without a point, where nothing but a whole number can be right.
        if (next[^1] is '.' or 'e' or 'E' && !frame.IsAlive(RootsOf((node, _) => IsWhole(node) ? Truth.No : StateOf(node, next))))
        {
            return false;
        }

        return CanHoldTogether(next) && IsNew(next);
    }

    /// <summary>Whether it is not there yet, or can become another number.</summary>
    private bool IsNew(string next) => !frame.NeedsText || !NumberText.IsWhole(next) || JsonNumber.Parse(next) is not { } number
        || frame.Allows(number.ToString()) || new NumberState(frame, next).CanGoOn();

    /// <summary>Whether the schemas that must all hold can do so at once.</summary>
    private bool CanHoldTogether(string next)
    {
        var nodes = frame.ChildPlan.Nodes;
        var bound = Enumerable.Range(0, nodes.Length).Where(i => !nodes[i].NumberRule.IsFree).ToArray();
        if (bound.Length < 2)
        {
            return true;
        }

        var needed = bound.Where(i => !frame.IsAlive(RootsOf((node, index) => index == i ? Truth.No : StateOf(node, next))));
        var rule = needed.Aggregate(new NumberRule(), (rule, i) => rule.And(nodes[i].NumberRule));
        return NumberText.CanBecome(next, rule);
    }

    private static bool IsWhole(PlanNode node) =>
        (node.Schema.Types & (JsonTypes.Number | JsonTypes.Integer)) == JsonTypes.Integer;

    private static Truth StateOf(PlanNode node, string next) =>
        node.NumberRule.IsFree ? Truth.Yes : NumberText.CanBecome(next, node.NumberRule) ? Truth.Open : Truth.No;

    private Truth[] RootsOf(Func<PlanNode, int, Truth> local)
    {
        var plan = frame.ChildPlan;
        var truths = new Truth[plan.Nodes.Length];
        for (var i = 0; i < truths.Length; i++)
        {
            truths[i] = plan.Nodes[i].StartOf(JsonTypes.Number) == Truth.No ? Truth.No : local(plan.Nodes[i], i);
        }

        plan.Evaluate(truths, JsonTypes.Number, null);
        return plan.RootsOf(truths);
    }
}
