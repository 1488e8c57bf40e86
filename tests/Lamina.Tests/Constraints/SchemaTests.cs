using System.Text;
using System.Text.Json;
using Lamina.Constraints;

namespace Lamina.Tests.Constraints;

/// <summary>What a schema refuses, how soon, and what it says of schemas that cannot be honoured.</summary>
internal sealed class SchemaTests
{
    // Where a byte is refused at once, though a validator would see the fault at the end alone.
    [TestCase("""{"required": ["a"], "additionalProperties": false, "properties": {"a": true}}""", """{}""", 1)]
    [TestCase("""{"properties": {"a": {"type": "integer"}}, "additionalProperties": false}""", """{"b":1}""", 2)]
    [TestCase("""{"properties": {"a": {"type": "integer"}}, "required": ["a"], "maxProperties": 1}""", """{"b":1}""", 2)]
    [TestCase("""{"properties": {"a": {"maximum": 10}}}""", """{"a":12}""", 6)]
    [TestCase("""{"type": "integer", "minimum": 120, "maximum": 129}""", "13", 1)]
    [TestCase("""{"type": "integer"}""", "1.0", 1)]
    [TestCase("""{"multipleOf": 7, "minimum": 10, "maximum": 15}""", "15", 1)]
    [TestCase("""{"enum": [3, 14]}""", "2", 0)]
    [TestCase("""{"anyOf": [{"const": "ab"}, {"const": "cd"}]}""", "\"ad\"", 2)]
    [TestCase("""{"allOf": [{"pattern": "^[ab]*$"}, {"pattern": "^[bc]*$"}]}""", "\"a\"", 1)]
    [TestCase("""{"allOf": [{"pattern": "^(ab|cd)$"}, {"pattern": "^(ab|ce)$"}]}""", "\"c\"", 1)]
    [TestCase("""{"allOf": [{"enum": ["abc", "xyz"]}, {"pattern": "^x"}]}""", "\"abc\"", 1)]
    [TestCase("""{"not": {"required": ["a"]}}""", """{"a":1}""", 3)]
    [TestCase("""{"not": {"type": "string"}}""", "\"a\"", 0)]
    [TestCase("""{"oneOf": [{"properties": {"k": {"const": 1}}, "required": ["k"]}, {"properties": {"k": {"const": 2}}, "required": ["k"]}]}""", """{"k":3}""", 5)]
    [TestCase("""{"items": {"type": "boolean"}, "maxItems": 1}""", "[true,", 5)]
    [TestCase("""{"items": {"type": "integer"}, "maxItems": 1}""", "[1,", 2)]
    [TestCase("""{"items": {"type": "string"}, "maxItems": 2}""", """["a","b","c"]""", 8)]
    [TestCase("""{"type": "array", "maxItems": 0}""", "[1]", 1)]
    [TestCase("""{"anyOf": [{"items": {"type": "integer"}, "maxItems": 1}, {"items": {"type": "integer"}, "maxItems": 2}]}""", "[1,2,3]", 4)]
    [TestCase("""{"uniqueItems": true, "items": {"type": "boolean"}}""", "[true,true]", 6)]
    [TestCase("""{"uniqueItems": true, "items": {"enum": ["new", "old"]}}""", """["new","new"]""", 8)]
    [TestCase("""{"uniqueItems": true, "items": {"enum": ["new", "old"]}}""", """["new","old","x"]""", 12)]
    [TestCase("""{"uniqueItems": true, "items": {"type": "integer", "minimum": 1, "maximum": 12}}""", "[2,2]", 3)]
    [TestCase("""{"contains": {"const": 1}, "items": {"enum": [1, 2]}, "maxItems": 1}""", "[2]", 1)]
    [TestCase("""{"prefixItems": [{"type": "null"}], "items": false}""", "[null,", 5)]
    [TestCase("""{"minLength": 2}""", "\"a\"", 2)]
    [TestCase("""{"maxLength": 1}""", "\"ab", 2)]
    [TestCase("""{"properties": {"a": true}}""", """{"a":1,"a":2}""", 9)]
    [TestCase("""{"properties": {"a": {"type": "null"}}}""", """{"\u0061":1}""", 10)]
    [TestCase("""{"propertyNames": {"pattern": "^x"}}""", """{"a":1}""", 2)]
    [TestCase("""{"patternProperties": {"^x": {"type": "null"}}, "additionalProperties": false}""", """{"xa":1}""", 6)]
    [TestCase("""{"dependentRequired": {"a": ["b"]}, "properties": {"b": false}}""", """{"a":1}""", 3)]
    [TestCase("""{"allOf": [{"properties": {"a": true}}], "unevaluatedProperties": false}""", """{"b":1}""", 2)]
    [TestCase("""{"format": "date"}""", "\"2023-02-29\"", 10)]
    [TestCase("""{"format": "date"}""", "\"2023-13", 7)]
    public void JsonSchema_AFault_IsRefusedWhereItIsOne(string schema, string text, int at)
    {
        var state = Constraint.JsonSchema(schema).Start;
        for (var i = 0; i < at; i++)
        {
            state = state.Accept((byte)text[i])!;
            Assert.That(state, Is.Not.Null, text[..(i + 1)]);
        }

        Assert.That(state.Accept((byte)text[at]), Is.Null);
        Assert.That(state.Accept((byte)text[at]), Is.Null, "asked again");
    }

    [TestCase("""{"required": ["a", "b"]}""", """{"b":1,"c":2,"a":3}""")]
    [TestCase("""{"type": "number"}""", "-1.5e+3")]
    [TestCase("""{"type": "string"}""", "\"\\ud83d\\udc09 🐉 \\n\"")]
    [TestCase("""{"const": {"a": [1, {"b": null}]}}""", """{"a": [1, {"b": null}]}""")]
    [TestCase("""{"const": 100}""", "1e2")]
    [TestCase("""{"exclusiveMinimum": 0, "maximum": 0.5}""", "0.25")]
    [TestCase("""{"$ref": "#/$defs/list", "$defs": {"list": {"properties": {"next": {"$ref": "#/$defs/list"}}}}}""", """{"next":{"next":{}}}""")]
    [TestCase("""{"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 1, "exclusiveMinimum": true}""", "2")]
    [TestCase("""{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"$ref": "#/definitions/x", "type": "null"}}, "definitions": {"x": {"type": "string"}}}""", """{"a":"b"}""")]
    [TestCase("""{"items": [{"type": "null"}], "additionalItems": {"type": "boolean"}}""", "[null,true]")]
    public void JsonSchema_ValidTexts_AreLetThrough(string schema, string text) =>
        Assert.That(Constraint.JsonSchema(schema).Start.Accepts(text));

    [TestCase("false", "", null, "no value")]
    [TestCase("""{"type": "string", "enum": [1]}""", "", null, "no value")]
    [TestCase("""{"properties": {"a": {"$ref": "#/properties/a"}}, "required": ["a"]}""", "/properties/a", "$ref", "without an end")]
    [TestCase("""{"properties": {"a": {"type": "text"}}}""", "/properties/a", "type", "no type 'text'")]
    [TestCase("""{"properties": {"a/b": {"minLength": -1}}}""", "/properties/a~1b", "minLength", "at least 0")]
    [TestCase("""{"items": {"pattern": "(a)\\1"}}""", "/items", "pattern", "back reference")]
    [TestCase("""{"$ref": "https://example.com/x"}""", "", "$ref", "not fetched")]
    [TestCase("""{"$ref": "#/$defs/none"}""", "", "$ref", "leads to nothing")]
    [TestCase("""{"anyOf": []}""", "", "anyOf", "at least one schema")]
    [TestCase("""{"anyOf": [3]}""", "/anyOf/0", null, "a schema is an object")]
    [TestCase("""{"multipleOf": 0}""", "", "multipleOf", "above 0")]
    [TestCase("""{"format": "idn-hostname"}""", "", "format", "not supported")]
    [TestCase("""{"$recursiveRef": "#"}""", "", "$recursiveRef", "not supported")]
    [TestCase("""{"required": true}""", "", "required", "list of names")]
    [TestCase("""{"dependentRequired": 3}""", "", "dependentRequired", "object")]
    [TestCase("""{"dependencies": []}""", "", "dependencies", "object")]
    [TestCase("""{"const": 1e9999}""", "/const", null, "beyond")]
    public void JsonSchema_CannotBeHonoured_SaysWhereAndWhat(string schema, string location, string? keyword, string fault)
    {
        var error = Assert.Throws<SchemaException>(() => Constraint.JsonSchema(schema))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((error.Location, error.Keyword), Is.EqualTo((location, keyword)));
            Assert.That(error.Message, Does.Contain(fault));
        }
    }

    [Test]
    public void JsonSchema_NoJson_IsAFaultOfJson() =>
        Assert.That(() => Constraint.JsonSchema("{"), Throws.InstanceOf<JsonException>());

    [Test]
    public void JsonSchema_NestedDeep_IsRefused() => Assert.That(
        () => Constraint.JsonSchema(string.Concat(Enumerable.Repeat("{\"not\":", 600)) + "{}" + new string('}', 600)),
        Throws.InstanceOf<JsonException>().Or.InstanceOf<SchemaException>());

    [Test]
    public void Json_AnyValue_IsLetThroughAndNothingElse()
    {
        var start = Constraint.Json.Start;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(start.Accepts("""{"a": [1, "b", null, {"c": true}]}"""));
            Assert.That(start.Accepts("[1,]"), Is.False);
            Assert.That(start.Accepts("01"), Is.False);
            Assert.That(start.Accepts("\"\u0001\""), Is.False);
            Assert.That(start.Accepts("1 "), Is.False);
            Assert.That(start.Accept(0xFF), Is.Null);
        }
    }

    [Test]
    public void Json_BytesOfStrings_MustBeUtf8()
    {
        byte[][] wrong = [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90], [0xE0, 0x80], [0x80], [0xC3, 0x28]];
        foreach (var bytes in wrong)
        {
            var state = bytes.Aggregate(Constraint.Json.Start.Accept((byte)'"'), (at, value) => at?.Accept(value));
            Assert.That(state, Is.Null, Convert.ToHexString(bytes));
        }
    }

    [Test]
    public void JsonSchema_FromSeveralThreads_IsTheSame()
    {
        var start = Constraint.JsonSchema("""{"items": {"pattern": "^(a|bc)*$", "maxLength": 40, "not": {"const": "a"}}}""").Start;
        Parallel.For(0, 64, i =>
        {
            var text = $"[\"{string.Concat(Enumerable.Repeat("bc", 1 + (i % 20)))}\",\"\"]";
            Assert.That(start.Accepts(text), text);
            Assert.That(start.Accepts(text.Replace("bc", "b", StringComparison.Ordinal)), Is.False);
        });
    }
}
