using System.Collections.Concurrent;

namespace Lamina.Constraints.Json;

/// <summary>Finds for schemas that apply to one value all that they refer to in place. Safe for use from several threads.</summary>
internal sealed class PlanFactory(SchemaReader reader)
{
    private readonly ConcurrentDictionary<string, Plan> _plans = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<AppliedSchema, int> _numbers = [];

    /// <summary>The plan for a document's root.</summary>
    public Plan Root()
    {
        var root = reader.Read("");
        return For([new(root, DynamicScope.Empty.Enter(root.Resource))]);
    }

    /// <summary>The plan for some schemas.</summary>
    public Plan For(IEnumerable<AppliedSchema> roots)
    {
        AppliedSchema[] distinct = [.. roots.Distinct().OrderBy(Number)];
        return _plans.GetOrAdd(string.Join(',', distinct.Select(Number)), _ => Create(distinct));
    }

    /// <summary>A schema that another one holds.</summary>
    public static AppliedSchema Child(PlanNode parent, SchemaNode child) =>
        new(child, ReferenceEquals(parent.Schema.Resource, child.Resource) ? parent.Scope : parent.Scope.Enter(child.Resource));

    private int Number(AppliedSchema applied) => _numbers.GetOrAdd(applied, _ => _numbers.Count);

    private Plan Create(AppliedSchema[] roots)
    {
        var (nodes, numbers) = (new List<PlanNode>(), new Dictionary<AppliedSchema, int?>());
        int[] places = [.. roots.Select(Add)];
        return new(this, nodes, roots, places);

        int Add(AppliedSchema applied)
        {
            if (numbers.TryGetValue(applied, out var known))
            {
                return known ?? throw new SchemaException(applied.Schema.Pointer, "$ref", "it refers to itself without an end.");
            }

            numbers.Add(applied, null);
            var schema = applied.Schema;
            var parent = new PlanNode(applied);
            var node = new PlanNode(applied)
            {
                AllOf = [.. AddAll(schema.AllOf), .. AddAll(Dynamic(applied))],
                AnyOf = AddAll(schema.AnyOf ?? []),
                OneOf = AddAll(schema.OneOf ?? []),
                Not = AddOne(schema.Not),
                If = AddOne(schema.If),
                Then = schema.If is null ? null : AddOne(schema.Then),
                Else = schema.If is null ? null : AddOne(schema.Else),
                Dependent = [.. schema.DependentSchemas.Select(entry => (entry.Name, Add(Child(parent, entry.Schema))))],
                Containers = [.. schema.Lists.Select(list => AddAll(list.Containers))],
            };
            numbers[applied] = nodes.Count;
            nodes.Add(node);
            return nodes.Count - 1;

            int[] AddAll(IEnumerable<SchemaNode> schemas) => [.. schemas.Select(child => Add(Child(parent, child)))];

            int? AddOne(SchemaNode? child) => child is null ? null : Add(Child(parent, child));
        }
    }

    private List<SchemaNode> Dynamic(AppliedSchema applied) => applied.Schema.DynamicReference is var (name, target)
        ? [applied.Scope.Find(name) is { } pointer ? reader.Read(pointer) : target]
        : [];
}
