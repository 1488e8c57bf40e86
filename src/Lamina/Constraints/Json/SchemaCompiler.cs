using System.Text.Json;

namespace Lamina.Constraints.Json;

/// <summary>Makes of a schema what its documents begin with.</summary>
internal static class SchemaCompiler
{
    /// <summary>Compiles a schema.</summary>
    /// <exception cref="SchemaException">It cannot be honoured.</exception>
    public static JsonText Compile(JsonElement schema)
    {
        var document = new SchemaDocument(schema);
        var reader = new SchemaReader(document);
        var root = new RootFrame(new PlanFactory(reader).Root());
        reader.RefuseCycles();
        if (!root.CanStart())
        {
            throw new SchemaException("", null, "no value is right by it.");
        }

        return new(new ValueState(root, canBeSpaced: false), keepsTrail: document.HasUniqueItems);
    }
}
