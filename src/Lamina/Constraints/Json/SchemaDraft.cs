namespace Lamina.Constraints.Json;

/// <summary>Versions of JSON Schema, as far as they differ here.</summary>
internal enum SchemaDraft
{
    Draft4,
    Draft6,
    Draft7,
    Draft201909,
    Draft202012,
}
