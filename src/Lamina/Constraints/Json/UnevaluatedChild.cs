namespace Lamina.Constraints.Json;

/// <summary>A member or an item, as <c>unevaluatedProperties</c> and <c>unevaluatedItems</c> see it.</summary>
/// <param name="evaluated">Of each node whether its own keywords looked at it.</param>
/// <param name="right">Of each node with such a keyword whether the child is right by that.</param>
internal sealed class UnevaluatedChild(Truth[] evaluated, Truth[] right)
{
    /// <summary>Whether the keyword of a node allows it.</summary>
    public Truth IsRight(int node, FrameView view, ReadOnlySpan<Truth> truths) =>
        right[node] == Truth.Yes ? Truth.Yes : right[node].Or(IsEvaluated(node, view, truths, isBelow: false));

    private Truth IsEvaluated(int index, FrameView view, ReadOnlySpan<Truth> truths, bool isBelow)
    {
        var node = view.Frame.Plan.Nodes[index];
        if (isBelow && (node.Schema.UnevaluatedProperties ?? node.Schema.UnevaluatedItems) is not null)
        {
            return Truth.Yes;
        }

        var any = evaluated[index];
        foreach (var other in (IEnumerable<int>)[.. node.AllOf, .. node.AnyOf, .. node.OneOf])
        {
            any = any.Or(Through(other, truths));
        }

        foreach (var (name, other) in node.Dependent)
        {
            any = any.Or(view.Frame.IsPresent(name, view.IsEnd).And(Through(other, truths)));
        }

        if (node.If is not { } condition)
        {
            return any;
        }

        any = any.Or(Through(condition, truths));
        any = node.Then is { } then ? any.Or(truths[condition].And(Through(then, truths))) : any;
        return node.Else is { } otherwise ? any.Or(truths[condition].Not().And(Through(otherwise, truths))) : any;

        // What a schema looked at counts if the value is right by it.
        Truth Through(int other, ReadOnlySpan<Truth> of) => of[other] == Truth.No ? Truth.No : of[other].And(IsEvaluated(other, view, of, isBelow: true));
    }
}
