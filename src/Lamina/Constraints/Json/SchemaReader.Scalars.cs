using System.Text.Json;
using Lamina.Constraints.Patterns;

namespace Lamina.Constraints.Json;

/// <content>Types, values, numbers and strings.</content>
internal sealed partial class SchemaReader
{
    private bool FillScalars(SchemaNode node, JsonElement schema, string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "type":
                node.Types = ReadTypes(node, value);
                return true;
            case "enum":
                if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
                {
                    throw Fault(node, keyword, $"it was {Words(value)}; it must be a list of at least one value.");
                }

                node.Lists.Add(ReadValues(node, JsonPointer.Append(node.Pointer, keyword), value.EnumerateArray()));
                return true;
            case "const" when document.Draft >= SchemaDraft.Draft6:
                node.Lists.Add(ReadValues(node, JsonPointer.Append(node.Pointer, keyword), [value]));
                return true;
            case "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf":
                node.Numbers = node.Numbers.And(ReadNumbers(node, schema, keyword, value));
                return true;
            case "minLength":
                var most = schema.TryGetProperty("maxLength", out var limit) ? Count(node, "maxLength", limit) : (int?)null;
                node.Texts.Add(new LengthAutomaton(Count(node, keyword, value), most));
                return true;
            case "maxLength":
                if (!schema.TryGetProperty("minLength", out _))
                {
                    node.Texts.Add(new LengthAutomaton(0, Count(node, keyword, value)));
                }

                return true;
            case "pattern":
                node.Texts.Add(Pattern(node, keyword, Text(node, keyword, value)));
                return true;
            case "format" when value.ValueKind == JsonValueKind.String:
                if (SchemaFormats.Find(node, value.GetString()!) is { } format)
                {
                    node.Texts.Add(format);
                }

                return true;
            default:
                return false;
        }
    }

    private static JsonTypes ReadTypes(SchemaNode node, JsonElement value)
    {
        var names = value.ValueKind == JsonValueKind.String ? [value.GetString()!] : Texts(node, "type", value);
        var types = names.Aggregate(JsonTypes.None, (types, name) => types | name switch
        {
            "object" => JsonTypes.Object,
            "array" => JsonTypes.Array,
            "string" => JsonTypes.String,
            "number" => JsonTypes.Number,
            "integer" => JsonTypes.Integer,
            "boolean" => JsonTypes.Boolean,
            "null" => JsonTypes.Null,
            "any" => JsonTypes.All,
            _ => throw Fault(node, "type", $"there is no type '{name}'."),
        });
        return types == JsonTypes.None ? throw Fault(node, "type", "it names no type.") : types;
    }

    private static NumberRule ReadNumbers(SchemaNode node, JsonElement schema, string keyword, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False && keyword.StartsWith("exclusive", StringComparison.Ordinal))
        {
            return new(); // draft 4: it says something of the keyword without "exclusive"
        }

        var number = value.ValueKind == JsonValueKind.Number ? JsonNumber.Parse(value.GetRawText()) : null;
        var isStep = keyword is "multipleOf";
        if (number is not { } limit || (isStep && (limit.IsNegative || limit.IsZero)))
        {
            throw Fault(
                node,
                keyword,
                $"it was {Words(value)}; it must be a number{(isStep ? " above 0" : "")} whose exponent is {JsonNumber.LargestExponent} at most.");
        }

        return keyword switch
        {
            "minimum" => new() { Least = limit, IsLeastOut = IsTrue("exclusiveMinimum") },
            "maximum" => new() { Most = limit, IsMostOut = IsTrue("exclusiveMaximum") },
            "exclusiveMinimum" => new() { Least = limit, IsLeastOut = true },
            "exclusiveMaximum" => new() { Most = limit, IsMostOut = true },
            _ => new() { Step = limit },
        };

        bool IsTrue(string name) => schema.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;
    }

    private TextAutomaton Pattern(SchemaNode node, string keyword, string pattern)
    {
        if (!_patterns.TryGetValue(pattern, out var automaton))
        {
            try
            {
                _patterns.Add(pattern, automaton = PatternAutomaton.Search(pattern, PatternDialect.EcmaScript));
            }
            catch (PatternFault e)
            {
                throw new SchemaException(node.Pointer, keyword, $"{e.Message}: {pattern}", e);
            }
        }

        return automaton;
    }

    private ValueList ReadValues(SchemaNode node, string pointer, IEnumerable<JsonElement> values)
    {
        var (list, texts, numbers) = (new ValueList(), new List<string>(), new List<JsonNumber>());
        foreach (var value in values)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.String:
                    texts.Add(value.GetString()!);
                    break;
                case JsonValueKind.Number:
                    numbers.Add(JsonNumber.Parse(value.GetRawText())
                        ?? throw new SchemaException(pointer, null, $"{value.GetRawText()} is beyond what is computed with."));
                    break;
                case JsonValueKind.Object or JsonValueKind.Array:
                    list.Containers.Add(ReadContainer(node, pointer, value));
                    break;
                default:
                    list.Literals |= value.ValueKind switch { JsonValueKind.True => JsonTypes.True, JsonValueKind.False => JsonTypes.False, _ => JsonTypes.Null };
                    break;
            }
        }

        list.Strings = texts.Count > 0 ? PatternAutomaton.OneOf(texts) : null;
        list.Numbers = new() { Values = numbers };
        return list;
    }

    /// <summary>A schema that one object or array alone fits.</summary>
    private SchemaNode ReadContainer(SchemaNode node, string pointer, JsonElement value)
    {
        var schema = new SchemaNode(pointer, node.Resource);
        if (value.ValueKind == JsonValueKind.Array)
        {
            schema.Types = JsonTypes.Array;
            schema.PrefixItems.AddRange(value.EnumerateArray().Select(Exactly));
            schema.MinItems = schema.PrefixItems.Count;
            schema.MaxItems = schema.PrefixItems.Count;
            return schema;
        }

        schema.Types = JsonTypes.Object;
        foreach (var member in value.EnumerateObject())
        {
            schema.Properties[member.Name] = Exactly(member.Value);
        }

        schema.Required.AddRange(schema.Properties.Keys);
        schema.AdditionalProperties = new(pointer, node.Resource) { Types = JsonTypes.None };
        return schema;

        SchemaNode Exactly(JsonElement part)
        {
            var exact = new SchemaNode(pointer, node.Resource);
            exact.Lists.Add(ReadValues(node, pointer, [part]));
            return exact;
        }
    }
}
