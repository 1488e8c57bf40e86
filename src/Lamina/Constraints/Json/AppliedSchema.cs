namespace Lamina.Constraints.Json;

/// <summary>A schema, and where the dynamic references in it lead this time.</summary>
internal readonly record struct AppliedSchema(SchemaNode Schema, DynamicScope Scope)
{
    public bool Equals(AppliedSchema other) =>
        ReferenceEquals(Schema, other.Schema) && string.Equals(Scope.Key, other.Scope.Key, StringComparison.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Schema, Scope.Key.Length);
}
