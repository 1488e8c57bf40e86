using System.Text.Json;
using Lamina.Constraints.Patterns;

namespace Lamina.Constraints.Json;

/// <summary>Reads the schemas of a document, keyword by keyword. What it does not know to honour it refuses.</summary>
internal sealed partial class SchemaReader(SchemaDocument document)
{
    private readonly Dictionary<string, SchemaNode> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TextAutomaton> _patterns = new(StringComparer.Ordinal);

    /// <summary>The schema at a pointer, with all that it refers to.</summary>
    /// <exception cref="SchemaException">It cannot be honoured.</exception>
    public SchemaNode Read(string pointer)
    {
        if (_known.TryGetValue(pointer, out var node))
        {
            return node;
        }

        var schema = JsonPointer.Follow(document.Root, pointer)!.Value;
        node = new(pointer, document.OwnerOf(pointer));
        _known.Add(pointer, node);
        switch (schema.ValueKind)
        {
            case JsonValueKind.True:
                break;
            case JsonValueKind.False:
                node.Types = JsonTypes.None;
                break;
            case JsonValueKind.Object:
                Fill(node, schema);
                break;
            default:
                throw new SchemaException(pointer, null, $"it is {Words(schema)}; a schema is an object, true or false.");
        }

        return node;
    }

    /// <summary>Refuses schemas that refer to themselves without a member or an item between.</summary>
    /// <exception cref="SchemaException">There is one.</exception>
    public void RefuseCycles()
    {
        var (done, open) = (new HashSet<SchemaNode>(), new HashSet<SchemaNode>());
        foreach (var node in _known.Values)
        {
            Visit(node);
        }

        void Visit(SchemaNode node)
        {
            if (!open.Add(node))
            {
                throw new SchemaException(node.Pointer, "$ref", "it refers to itself without an end.");
            }

            if (done.Add(node))
            {
                foreach (var other in node.InPlace)
                {
                    Visit(other);
                }
            }

            open.Remove(node);
        }
    }

    private static string Words(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => value.GetRawText() is { Length: <= 40 } text ? text : value.GetRawText()[..40] + "…",
    };

    private void Fill(SchemaNode node, JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference) && !document.HonoursSiblings)
        {
            node.AllOf.Add(Refer(node, "$ref", reference)); // before 2019-09 nothing beside it counts
            return;
        }

        foreach (var member in schema.EnumerateObject())
        {
            var keyword = member.Name;
            var value = member.Value;
            if (!FillLogic(node, keyword, value) && !FillObjects(node, schema, keyword, value)
                && !FillArrays(node, schema, keyword, value) && !FillScalars(node, schema, keyword, value))
            {
                RefuseUnknown(node, keyword);
            }
        }
    }

    private static void RefuseUnknown(SchemaNode node, string keyword)
    {
        if (keyword is "$recursiveRef" or "disallow" or "extends" or "divisibleBy")
        {
            throw Fault(node, keyword, "this keyword of an older draft is not supported.");
        }
    }

    private bool FillLogic(SchemaNode node, string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "$ref":
                node.AllOf.Add(Refer(node, keyword, value));
                return true;
            case "$dynamicRef":
                ReferDynamically(node, value);
                return true;
            case "allOf":
                node.AllOf.AddRange(ReadList(node, keyword, value));
                return true;
            case "anyOf":
                node.AnyOf = ReadList(node, keyword, value);
                return true;
            case "oneOf":
                node.OneOf = ReadList(node, keyword, value);
                return true;
            case "not":
                node.Not = ReadChild(node, keyword);
                return true;
            case "if" when document.Draft >= SchemaDraft.Draft7:
                node.If = ReadChild(node, keyword);
                return true;
            case "then" when document.Draft >= SchemaDraft.Draft7:
                node.Then = ReadChild(node, keyword);
                return true;
            case "else" when document.Draft >= SchemaDraft.Draft7:
                node.Else = ReadChild(node, keyword);
                return true;
            default:
                return false;
        }
    }

    private SchemaNode Refer(SchemaNode node, string keyword, JsonElement value)
    {
        var reference = Text(node, keyword, value);
        return document.Resolve(node.Resource, reference) is var (pointer, _, _)
            ? Read(pointer)
            : throw Fault(node, keyword, $"'{reference}' leads to nothing in this document, and others are not fetched.");
    }

    private void ReferDynamically(SchemaNode node, JsonElement value)
    {
        var target = Refer(node, "$dynamicRef", value);
        var (_, anchor, resource) = document.Resolve(node.Resource, value.GetString()!)!.Value;
        if (anchor is null || !resource.DynamicAnchors.Contains(anchor))
        {
            node.AllOf.Add(target); // then it is as any other reference
            return;
        }

        node.DynamicReference = (anchor, target);
        foreach (var other in document.DynamicAnchors(anchor))
        {
            _ = Read(other);
        }
    }

    private SchemaNode ReadChild(SchemaNode node, string keyword) => Read(JsonPointer.Append(node.Pointer, keyword));

    private List<SchemaNode> ReadList(SchemaNode node, string keyword, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            throw Fault(node, keyword, $"it was {Words(value)}; it must be a list of at least one schema.");
        }

        var at = JsonPointer.Append(node.Pointer, keyword);
        return [.. Enumerable.Range(0, value.GetArrayLength()).Select(i => Read(JsonPointer.Append(at, i)))];
    }

    private IEnumerable<(string Name, SchemaNode Schema)> ReadMap(SchemaNode node, string keyword, JsonElement value)
    {
        var at = JsonPointer.Append(node.Pointer, keyword);
        return Members(node, keyword, value).Select(member => (member.Name, Read(JsonPointer.Append(at, member.Name))));
    }

    private static JsonElement.ObjectEnumerator Members(SchemaNode node, string keyword, JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject()
            : throw Fault(node, keyword, $"it was {Words(value)}; it must be an object.");

    private static SchemaException Fault(SchemaNode node, string keyword, string fault) => new(node.Pointer, keyword, fault);

    private static string Text(SchemaNode node, string keyword, JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw Fault(node, keyword, $"it was {Words(value)}; it must be a text.");

    private static int Count(SchemaNode node, string keyword, JsonElement value)
    {
        var number = value.ValueKind == JsonValueKind.Number ? JsonNumber.Parse(value.GetRawText()) : null;
        if (number is not { IsNegative: false } count || !count.IsMultipleOf(new(1, 0)))
        {
            throw Fault(node, keyword, $"it was {Words(value)}; it must be a whole number of at least 0.");
        }

        var unit = Math.Min(count.Exponent, 0);
        var whole = count.In(unit) / new JsonNumber(1, 0).In(unit);
        return whole > int.MaxValue ? int.MaxValue : (int)whole;
    }

    private static bool Flag(SchemaNode node, string keyword, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Fault(node, keyword, $"it was {Words(value)}; it must be true or false."),
    };

    private static List<string> Texts(SchemaNode node, string keyword, JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Select(item => Text(node, keyword, item))]
        : throw Fault(node, keyword, $"it was {Words(value)}; it must be a list of texts.");
}
