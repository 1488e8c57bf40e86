using System.Text.Json;

namespace Lamina.Constraints.Json;

/// <content>Keywords for objects and arrays.</content>
internal sealed partial class SchemaReader
{
    private bool FillObjects(SchemaNode node, JsonElement schema, string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "properties":
                foreach (var (name, child) in ReadMap(node, keyword, value))
                {
                    node.Properties[name] = child;
                }

                return true;
            case "patternProperties":
                foreach (var (pattern, child) in ReadMap(node, keyword, value))
                {
                    node.PatternProperties.Add((Pattern(node, keyword, pattern), child));
                }

                return true;
            case "additionalProperties":
                node.AdditionalProperties = ReadChild(node, keyword);
                return true;
            case "unevaluatedProperties" when document.HonoursSiblings:
                node.UnevaluatedProperties = ReadChild(node, keyword);
                return true;
            case "propertyNames" when document.Draft >= SchemaDraft.Draft6:
                node.PropertyNames = ReadChild(node, keyword);
                return true;
            case "required":
                ReadRequired(node, value);
                return true;
            case "minProperties":
                node.MinProperties = Count(node, keyword, value);
                return true;
            case "maxProperties":
                node.MaxProperties = Count(node, keyword, value);
                return true;
            case "dependentRequired" when document.HonoursSiblings:
                foreach (var member in Members(node, keyword, value))
                {
                    node.DependentRequired[member.Name] = Texts(node, keyword, member.Value);
                }

                return true;
            case "dependentSchemas" when document.HonoursSiblings:
                node.DependentSchemas.AddRange(ReadMap(node, keyword, value));
                return true;
            case "dependencies":
                ReadDependencies(node, value);
                return true;
            default:
                return false;
        }
    }

    private bool FillArrays(SchemaNode node, JsonElement schema, string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "prefixItems" when document.Draft == SchemaDraft.Draft202012:
                node.PrefixItems.AddRange(ReadList(node, keyword, value));
                return true;
            case "items" when value.ValueKind == JsonValueKind.Array:
                if (value.GetArrayLength() > 0)
                {
                    node.PrefixItems.AddRange(ReadList(node, keyword, value)); // as before 2020-12
                }

                return true;
            case "items":
                node.Items = ReadChild(node, keyword);
                return true;
            case "additionalItems":
                if (schema.TryGetProperty("items", out var items) && items.ValueKind == JsonValueKind.Array)
                {
                    node.Items = ReadChild(node, keyword);
                }

                return true;
            case "unevaluatedItems" when document.HonoursSiblings:
                node.UnevaluatedItems = ReadChild(node, keyword);
                return true;
            case "contains" when document.Draft >= SchemaDraft.Draft6:
                node.Contains = ReadChild(node, keyword);
                return true;
            case "minContains" when document.HonoursSiblings:
                node.MinContains = Count(node, keyword, value);
                return true;
            case "maxContains" when document.HonoursSiblings:
                node.MaxContains = Count(node, keyword, value);
                return true;
            case "minItems":
                node.MinItems = Count(node, keyword, value);
                return true;
            case "maxItems":
                node.MaxItems = Count(node, keyword, value);
                return true;
            case "uniqueItems":
                node.UniqueItems = Flag(node, keyword, value);
                return true;
            default:
                return false;
        }
    }

    private static void ReadRequired(SchemaNode node, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            throw Fault(node, "required", "it was true or false, as in draft 3; it must be a list of names, beside the properties.");
        }

        node.Required.AddRange(Texts(node, "required", value).Distinct(StringComparer.Ordinal));
    }

    private void ReadDependencies(SchemaNode node, JsonElement value)
    {
        foreach (var member in Members(node, "dependencies", value))
        {
            if (member.Value.ValueKind == JsonValueKind.Array)
            {
                node.DependentRequired[member.Name] = Texts(node, "dependencies", member.Value);
            }
            else
            {
                var at = JsonPointer.Append(JsonPointer.Append(node.Pointer, "dependencies"), member.Name);
                node.DependentSchemas.Add((member.Name, Read(at)));
            }
        }
    }
}
