namespace Lamina.Constraints.Json;

/// <summary>A schema within a <see cref="Plan"/>; the others are named by their numbers there, all of them below its own.</summary>
internal sealed class PlanNode(AppliedSchema applied)
{
    public SchemaNode Schema => applied.Schema;

    public DynamicScope Scope => applied.Scope;

    public int[] AllOf { get; init; } = [];

    public int[] AnyOf { get; init; } = [];

    public int[] OneOf { get; init; } = [];

    public int? Not { get; init; }

    public int? If { get; init; }

    public int? Then { get; init; }

    public int? Else { get; init; }

    public (string Name, int Node)[] Dependent { get; init; } = [];

    /// <summary>Of each list of values its objects and arrays.</summary>
    public int[][] Containers { get; init; } = [];

    /// <summary>What holds of a value of a type as far as this schema's own keywords go, before anything of the value is read.</summary>
    public Truth StartOf(JsonTypes type)
    {
        var schema = Schema;
        var isAllowed = (schema.Types & type) != JsonTypes.None || (type == JsonTypes.Number && (schema.Types & JsonTypes.Integer) != JsonTypes.None);
        if (!isAllowed)
        {
            return Truth.No;
        }

        switch (type)
        {
            case JsonTypes.Object:
                return schema.IsFreeOfObjects ? Truth.Yes : Truth.Open;
            case JsonTypes.Array:
                return schema.IsFreeOfArrays ? Truth.Yes : Truth.Open;
            case JsonTypes.String:
                return schema.Lists.Exists(list => list.Strings is null) || schema.Texts.Exists(text => !text.CanBeRight(0)) ? Truth.No
                    : schema.Lists.Count == 0 && schema.Texts.Count == 0 ? Truth.Yes
                    : Truth.Open;
            case JsonTypes.Number:
                return NumberRule is { IsFree: true } ? Truth.Yes : "-0123456789".Any(c => NumberText.CanBecome(c.ToString(), NumberRule)) ? Truth.Open : Truth.No;
            default:
                return Truths.Of(schema.Lists.TrueForAll(list => (list.Literals & type) != JsonTypes.None));
        }
    }

    /// <summary>What numbers must be, all keywords together.</summary>
    public NumberRule NumberRule { get; } = RuleOf(applied.Schema);

    private static NumberRule RuleOf(SchemaNode schema)
    {
        var rule = schema.Lists.Aggregate(schema.Numbers, (rule, list) => rule.And(list.Numbers));
        return (schema.Types & (JsonTypes.Number | JsonTypes.Integer)) == JsonTypes.Integer ? rule.And(new() { Step = new(1, 0) }) : rule;
    }
}
