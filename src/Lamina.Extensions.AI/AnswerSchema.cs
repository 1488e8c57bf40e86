using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lamina.Constraints;

namespace Lamina.Extensions.AI;

/// <summary>The form of an answer by a JSON Schema.</summary>
/// <remarks>
/// Schemas of C# types leave objects open, and a small model then goes on with members of its own. So an object that names
/// its properties, and says nothing else of its members, gets no others.
/// </remarks>
internal static class AnswerSchema
{
    /// <summary>What may stand beside properties where others than they can be ruled out without a change of meaning.</summary>
    private static readonly FrozenSet<string> Plain = FrozenSet.Create(
        StringComparer.Ordinal,
        "$schema", "$comment", "$defs", "definitions", "title", "description", "default", "examples", "type", "properties", "required", "anyOf");

    /// <summary>Makes the form.</summary>
    /// <exception cref="SchemaException">The schema cannot be honoured.</exception>
    public static Constraint ToConstraint(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return Constraint.JsonSchema(schema);
        }

        var closed = JsonObject.Create(schema)!;
        Close(closed);
        return Constraint.JsonSchema(JsonElement.Parse(closed.ToJsonString()));
    }

    private static void Close(JsonNode? node)
    {
        if (node is not JsonObject schema)
        {
            return;
        }

        var isPlain = schema.All(keyword => Plain.Contains(keyword.Key));
        if (schema["properties"] is JsonObject properties)
        {
            CloseAll(properties.Select(property => property.Value));
            if (isPlain && !schema.ContainsKey("anyOf") && (schema["required"] as JsonArray ?? []).All(name => properties.ContainsKey(name!.ToString())))
            {
                schema["additionalProperties"] = false;
            }
        }
        else if (isPlain && !schema.ContainsKey("required"))
        {
            CloseAll(schema["anyOf"] as JsonArray ?? []);
        }

        Close(schema["items"]);
        CloseAll(schema["prefixItems"] as JsonArray ?? []);
    }

    private static void CloseAll(IEnumerable<JsonNode?> schemas)
    {
        foreach (var schema in schemas)
        {
            Close(schema);
        }
    }
}
