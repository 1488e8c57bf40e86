using Lamina.Constraints.Patterns;

namespace Lamina.Constraints.Json;

/// <summary>A schema, as it stands at one place of a document. It is filled in once, and not changed after that.</summary>
/// <param name="pointer">Where it stands, as a JSON pointer.</param>
/// <param name="resource">The schema resource that it is part of.</param>
internal sealed class SchemaNode(string pointer, SchemaResource resource)
{
    public string Pointer => pointer;

    public SchemaResource Resource => resource;

    /// <summary>The types that values may have.</summary>
    public JsonTypes Types { get; set; } = JsonTypes.All;

    /// <summary>The values that <c>enum</c> and <c>const</c> list; a value must be in each of the lists.</summary>
    public List<ValueList> Lists { get; } = [];

    /// <summary>What numbers must be.</summary>
    public NumberRule Numbers { get; set; } = new();

    /// <summary>What strings must be: all of it.</summary>
    public List<TextAutomaton> Texts { get; } = [];

    public Dictionary<string, SchemaNode> Properties { get; } = new(StringComparer.Ordinal);

    public List<(TextAutomaton Pattern, SchemaNode Schema)> PatternProperties { get; } = [];

    public SchemaNode? AdditionalProperties { get; set; }

    public SchemaNode? UnevaluatedProperties { get; set; }

    public SchemaNode? PropertyNames { get; set; }

    public List<string> Required { get; } = [];

    public Dictionary<string, List<string>> DependentRequired { get; } = new(StringComparer.Ordinal);

    public List<(string Name, SchemaNode Schema)> DependentSchemas { get; } = [];

    public int MinProperties { get; set; }

    public int? MaxProperties { get; set; }

    public List<SchemaNode> PrefixItems { get; } = [];

    public SchemaNode? Items { get; set; }

    public SchemaNode? UnevaluatedItems { get; set; }

    public SchemaNode? Contains { get; set; }

    public int MinContains { get; set; } = 1;

    public int? MaxContains { get; set; }

    public int MinItems { get; set; }

    public int? MaxItems { get; set; }

    public bool UniqueItems { get; set; }

    /// <summary>What must hold as well: <c>allOf</c> and <c>$ref</c>.</summary>
    public List<SchemaNode> AllOf { get; } = [];

    /// <summary>The name of a <c>$dynamicRef</c>, and where it leads if nothing else has the name.</summary>
    public (string Name, SchemaNode Target)? DynamicReference { get; set; }

    public List<SchemaNode>? AnyOf { get; set; }

    public List<SchemaNode>? OneOf { get; set; }

    public SchemaNode? Not { get; set; }

    public SchemaNode? If { get; set; }

    public SchemaNode? Then { get; set; }

    public SchemaNode? Else { get; set; }

    /// <summary>The schemas that apply to the same value.</summary>
    public IEnumerable<SchemaNode> InPlace =>
    [
        .. AllOf, .. AnyOf ?? [], .. OneOf ?? [], .. new[] { Not, If, Then, Else, DynamicReference?.Target }.OfType<SchemaNode>(),
        .. DependentSchemas.Select(entry => entry.Schema),
    ];

    /// <summary>Whether it says nothing of objects but that they may be.</summary>
    public bool IsFreeOfObjects => Properties.Count == 0 && PatternProperties.Count == 0 && AdditionalProperties is null
        && UnevaluatedProperties is null && PropertyNames is null && Required.Count == 0 && DependentRequired.Count == 0
        && MinProperties == 0 && MaxProperties is null;

    /// <summary>Whether it says nothing of arrays but that they may be.</summary>
    public bool IsFreeOfArrays => PrefixItems.Count == 0 && Items is null && UnevaluatedItems is null && Contains is null
        && MinItems == 0 && MaxItems is null && !UniqueItems;

    /// <summary>Whether everything is right, as by the schema <c>true</c>.</summary>
    public bool IsAnything => Types == JsonTypes.All && Lists.Count == 0 && Numbers.IsFree && Texts.Count == 0 && IsFreeOfObjects
        && IsFreeOfArrays && DependentSchemas.Count == 0 && AllOf.Count == 0 && DynamicReference is null && AnyOf is null && OneOf is null
        && Not is null && If is null;
}
