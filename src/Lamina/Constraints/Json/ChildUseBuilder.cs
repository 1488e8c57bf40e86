namespace Lamina.Constraints.Json;

/// <summary>Collects a <see cref="ChildUse"/>.</summary>
internal sealed class ChildUseBuilder(int nodeCount)
{
    private readonly List<(int Node, AppliedSchema Schema, ChildRoleKind Kind)> _uses = [];
    private readonly bool[] _evaluated = new bool[nodeCount];

    public void Must(int node, AppliedSchema schema)
    {
        if (!schema.Schema.IsAnything)
        {
            _uses.Add((node, schema, ChildRoleKind.Must));
        }
    }

    public void Contains(int node, AppliedSchema schema) => _uses.Add((node, schema, ChildRoleKind.Contains));

    public void Unevaluated(int node, AppliedSchema schema) => _uses.Add((node, schema, ChildRoleKind.Unevaluated));

    public void Evaluated(int node, bool isEvaluated) => _evaluated[node] = isEvaluated;

    public ChildUse Build(PlanFactory factory)
    {
        var plan = factory.For(_uses.Select(use => use.Schema));
        return new(plan, [.. _uses.Select(use => new ChildRole(use.Node, plan.RootOf(use.Schema), use.Kind))], _evaluated);
    }
}
