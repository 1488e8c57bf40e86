using System.Text.Json;
using Json.Schema;
using Lamina.Constraints;
using Lamina.TestSupport;

namespace Lamina.Tests.Constraints;

/// <summary>The official test suite of JSON Schema, draft 2020-12, and schemas from the wild.</summary>
internal sealed class SchemaSuiteTests
{
    // What is refused when it is built.
    private static readonly string[] Refused =
    [
        "defs.json: validate definition against metaschema", "format.json: idn-hostname format",
        "ref.json: remote ref, containing refs itself", "optional/format/idn-hostname.json: validation of internationalized host names",
        "optional/format/idn-hostname.json: validation of separators in internationalized host names",
    ];

    // No value is valid, which is said when it is built.
    private static readonly string[] Nothing =
    [
        "allOf.json: allOf with boolean schemas, some false", "allOf.json: allOf with boolean schemas, all false",
        "anyOf.json: anyOf with boolean schemas, all false", "boolean_schema.json: boolean schema 'false'",
        "not.json: forbid everything with empty schema", "not.json: forbid everything with boolean schema true",
        "oneOf.json: oneOf with boolean schemas, all true", "oneOf.json: oneOf with boolean schemas, more than one true",
        "oneOf.json: oneOf with boolean schemas, all false", "ref.json: $ref to boolean schema false",
    ];

    // Valid values that are not let through: other spellings of the same, and what only an annotation would allow.
    private static readonly string[] NotWritten =
    [
        "a float with zero fractional part is an integer", "valid if optional overflow handling is implemented",
        "a valid date-time with a leap second, with minus offset", "a valid punycoded IDN hostname",
        "valid leap second, zero time-offset", "valid leap second, positive time-offset", "valid leap second, large positive time-offset",
        "valid leap second, negative time-offset", "valid leap second, large negative time-offset",
    ];

    private static IEnumerable<SchemaCase> Required => SchemaCase.ReadSuite("2020-12");

    private static IEnumerable<SchemaCase> All =>
        Required.Concat(SchemaCase.ReadSuite("2020-12-optional")).Concat(SchemaCase.ReadSuite("2020-12-format"));

    [TestCaseSource(nameof(All))]
    public void JsonSchema_Suite_LetsThroughWhatIsValid(SchemaCase of)
    {
        if (Refused.Contains(of.ToString()) || Nothing.Contains(of.ToString()))
        {
            Assert.That(() => Constraint.JsonSchema(of.Schema), Throws.InstanceOf<SchemaException>());
            return;
        }

        var start = Constraint.JsonSchema(of.Schema).Start;
        using (Assert.EnterMultipleScope())
        {
            foreach (var test in of.Tests.Where(test => !NotWritten.Contains(test.Description) && !test.Description.Contains("only an annotation", StringComparison.Ordinal)))
            {
                foreach (var text in test.Texts)
                {
                    Assert.That(start.Accepts(text), Is.EqualTo(test.Valid), $"{test.Description}: {text}");
                }
            }
        }
    }

    [Test]
    public void JsonSchema_Suite_LetsNothingElseThrough()
    {
        var (right, groups) = (0, 0);
        foreach (var of in Required)
        {
            groups++;
            var start = Compile(of.Schema);
            right += start is not null && Array.TrueForAll(of.Tests, test => start.Accepts(test.Text) == test.Valid) ? 1 : 0;
            Assert.That(of.Tests.Where(test => !test.Valid && start.Accepts(test.Text)), Is.Empty, of.ToString());
        }

        Assert.That((groups, right), Is.EqualTo((346, 314)));
    }

    [Test]
    public void JsonSchema_FromTheWild_AreHonoured()
    {
        var (right, groups) = (0, 0);
        foreach (var of in SchemaCase.Read(TestModels.RequireData("json-schema/real-world.jsonl")))
        {
            groups++;
            var start = Compile(of.Schema);
            Assert.That(start, Is.Not.Null, of.ToString());
            Assert.That(of.Tests.Where(test => !test.Valid && start.Accepts(test.Text)), Is.Empty, of.ToString());
            right += Array.TrueForAll(of.Tests, test => test.Texts.All(text => start.Accepts(text) == test.Valid)) ? 1 : 0;
        }

        Assert.That((groups, right), Is.EqualTo((600, 599)));
    }

    [TestCaseSource(nameof(Required))]
    public void JsonSchema_Suite_WhatIsDrawnIsValid(SchemaCase of)
    {
        if (Compile(of.Schema) is not { } start)
        {
            return;
        }

        var schema = Json.Schema.JsonSchema.FromText(of.Schema.GetRawText());
        var random = new Random(1);
        for (var i = 0; i < 4; i++)
        {
            if (start.Draw(random, longest: 300) is { } text)
            {
                using var value = JsonDocument.Parse(text);
                Assert.That(schema.Evaluate(value.RootElement).IsValid, $"{of.Schema} lets through {text}");
            }
        }
    }

    private static TextState? Compile(JsonElement schema)
    {
        try
        {
            return Constraint.JsonSchema(schema).Start;
        }
        catch (SchemaException)
        {
            return null;
        }
    }
}
