using Lamina.Constraints.Patterns;

namespace Lamina.Constraints.Json;

/// <summary>Some values, by what kind they are.</summary>
internal sealed class ValueList
{
    /// <summary>Those of true, false and null that are in it.</summary>
    public JsonTypes Literals { get; set; }

    /// <summary>Its strings; null for none.</summary>
    public TextAutomaton? Strings { get; set; }

    /// <summary>Its numbers.</summary>
    public NumberRule Numbers { get; set; } = new() { Values = [] };

    /// <summary>Its objects and arrays, as schemas that nothing else fits.</summary>
    public List<SchemaNode> Containers { get; } = [];
}
