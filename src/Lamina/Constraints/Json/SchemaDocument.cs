using System.Text.Json;

namespace Lamina.Constraints.Json;

/// <summary>A schema's text: which schemas are in it, by which URIs and anchors, and where references lead.</summary>
internal sealed class SchemaDocument
{
    /// <summary>How deep schemas may nest.</summary>
    public const int DepthLimit = 500;

    private static readonly Uri NoUri = new("schema:root");

    // Keywords whose value is a schema, a list of schemas, or an object of schemas.
    private static readonly HashSet<string> Schemas = new(StringComparer.Ordinal)
    {
        "additionalProperties", "unevaluatedProperties", "propertyNames", "items", "additionalItems", "unevaluatedItems", "contains", "not",
        "if", "then", "else",
    };

    private static readonly HashSet<string> Lists = new(StringComparer.Ordinal) { "allOf", "anyOf", "oneOf", "prefixItems", "items" };

    private static readonly HashSet<string> Maps = new(StringComparer.Ordinal)
    {
        "properties", "patternProperties", "dependentSchemas", "dependencies", "$defs", "definitions",
    };

    private readonly Dictionary<Uri, SchemaResource> _resources = [];
    private readonly Dictionary<string, SchemaResource> _owners = new(StringComparer.Ordinal);

    public SchemaDocument(JsonElement root)
    {
        Root = root;
        Draft = DraftOf(root);
        Index(root, "", new SchemaResource(NoUri, ""), 0);
        _resources.TryAdd(NoUri, _owners[""]);
    }

    public JsonElement Root { get; }

    public SchemaDraft Draft { get; }

    /// <summary>Whether any schema wants the items of an array to differ.</summary>
    public bool HasUniqueItems { get; private set; }

    /// <summary>Whether what stands beside a <c>$ref</c> counts.</summary>
    public bool HonoursSiblings => Draft >= SchemaDraft.Draft201909;

    /// <summary>Where a dynamic anchor stands, in all resources.</summary>
    public IEnumerable<string> DynamicAnchors(string name) => _owners.Values
        .Distinct()
        .Where(resource => resource.DynamicAnchors.Contains(name))
        .Select(resource => resource.Anchors[name]);

    /// <summary>The resource that the schema at a pointer is part of.</summary>
    public SchemaResource OwnerOf(string pointer)
    {
        while (true)
        {
            if (_owners.TryGetValue(pointer, out var owner))
            {
                return owner;
            }

            pointer = pointer[..pointer.LastIndexOf('/')];
        }
    }

    /// <summary>Where a reference leads.</summary>
    /// <param name="from">The resource that it stands in.</param>
    /// <param name="reference">A URI reference.</param>
    /// <returns>A pointer, and the name of the anchor where it is one; null where it leads to nothing in this document.</returns>
    public (string Pointer, string? Anchor, SchemaResource Resource)? Resolve(SchemaResource from, string reference)
    {
        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        var fragment = hash < 0 ? "" : Uri.UnescapeDataString(reference[(hash + 1)..]);
        var address = hash < 0 ? reference : reference[..hash];
        var resource = from;
        if (address.Length > 0)
        {
            if (!Uri.TryCreate(from.Uri, address, out var uri) || !_resources.TryGetValue(WithoutFragment(uri), out resource))
            {
                return null;
            }
        }

        if (fragment.Length == 0)
        {
            return (resource.Pointer, null, resource);
        }

        if (fragment.StartsWith('/'))
        {
            var pointer = resource.Pointer + fragment;
            return JsonPointer.Follow(Root, pointer) is null ? null : (pointer, null, resource);
        }

        return resource.Anchors.TryGetValue(fragment, out var anchor) ? (anchor, fragment, resource) : null;
    }

    private static SchemaDraft DraftOf(JsonElement root)
    {
        var name = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("$schema", out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";
        return name switch
        {
            _ when name.Contains("draft-03", StringComparison.Ordinal) || name.Contains("draft-04", StringComparison.Ordinal) => SchemaDraft.Draft4,
            _ when name.Contains("draft-06", StringComparison.Ordinal) => SchemaDraft.Draft6,
            _ when name.Contains("draft-07", StringComparison.Ordinal) => SchemaDraft.Draft7,
            _ when name.Contains("2019-09", StringComparison.Ordinal) => SchemaDraft.Draft201909,
            _ => SchemaDraft.Draft202012,
        };
    }

    private static Uri WithoutFragment(Uri uri) => uri.OriginalString.Contains('#', StringComparison.Ordinal)
        ? new(uri.AbsoluteUri[..uri.AbsoluteUri.IndexOf('#', StringComparison.Ordinal)])
        : uri;

    private void Index(JsonElement schema, string pointer, SchemaResource resource, int depth)
    {
        if (depth > DepthLimit)
        {
            throw new SchemaException(pointer, null, $"it nests schemas more than {DepthLimit} deep.");
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            _owners[pointer] = resource;
            return;
        }

        resource = Enter(schema, pointer, resource);
        _owners[pointer] = resource;
        AddAnchors(schema, pointer, resource);
        HasUniqueItems |= schema.TryGetProperty("uniqueItems", out _);
        foreach (var member in schema.EnumerateObject())
        {
            var at = JsonPointer.Append(pointer, member.Name);
            if (member.Value.ValueKind == JsonValueKind.Array && Lists.Contains(member.Name))
            {
                var index = 0;
                foreach (var item in member.Value.EnumerateArray())
                {
                    Index(item, JsonPointer.Append(at, index++), resource, depth + 1);
                }
            }
            else if (member.Value.ValueKind == JsonValueKind.Object && Maps.Contains(member.Name))
            {
                foreach (var entry in member.Value.EnumerateObject())
                {
                    Index(entry.Value, JsonPointer.Append(at, entry.Name), resource, depth + 1);
                }
            }
            else if (Schemas.Contains(member.Name))
            {
                Index(member.Value, at, resource, depth + 1);
            }
        }
    }

    private SchemaResource Enter(JsonElement schema, string pointer, SchemaResource resource)
    {
        var id = Text(schema, Draft == SchemaDraft.Draft4 ? "id" : "$id");
        var isHidden = !HonoursSiblings && schema.TryGetProperty("$ref", out _);
        if (id is { Length: > 0 } && !id.StartsWith('#') && !isHidden && Uri.TryCreate(resource.Uri, id, out var uri))
        {
            resource = new(WithoutFragment(uri), pointer);
            _resources.TryAdd(resource.Uri, resource);
        }

        return resource;
    }

    private void AddAnchors(JsonElement schema, string pointer, SchemaResource resource)
    {
        if (Text(schema, "$anchor") is { } anchor)
        {
            resource.Anchors.TryAdd(anchor, pointer);
        }

        if (Text(schema, "$dynamicAnchor") is { } dynamic)
        {
            resource.Anchors.TryAdd(dynamic, pointer);
            resource.DynamicAnchors.Add(dynamic);
        }

        if (!HonoursSiblings && Text(schema, Draft == SchemaDraft.Draft4 ? "id" : "$id") is { Length: > 1 } id && id.StartsWith('#'))
        {
            resource.Anchors.TryAdd(id[1..], pointer);
        }
    }

    private static string? Text(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
