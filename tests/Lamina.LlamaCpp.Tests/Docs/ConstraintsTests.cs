using System.Text.Json;
using Lamina.Constraints;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/constraints.md.</summary>
public sealed class ConstraintsTests : PageFixture
{
    [Test]
    public async Task Forms_AreKept()
    {
        var engine = await TestEngines.TrainedAsync();
        var schema = Constraint.JsonSchema("""
            {
              "type": "object",
              "properties": {
                "name": { "type": "string", "pattern": "^[A-Z][a-z]+$" },
                "age": { "type": "integer", "minimum": 0, "maximum": 120 }
              },
              "required": ["name", "age"],
              "additionalProperties": false
            }
            """);
        var json = await engine.CompleteAsync("Tom is nine years old. As JSON: ", new() { Constraint = schema, MaxTokens = 60 });
        var size = await engine.CompleteAsync("An ant is", new() { Constraint = Constraint.Choice(" small", " large") });

        var list = Constraint.Grammar("""
            root ::= ("- " word (" " word){0,3} "\n"){3}   # three lines
            word ::= [a-z]{2,12}
            """);
        var animals = await engine.CompleteAsync("Animals of the forest:\n", new() { Constraint = list });

        Assert.That(json.Text, Does.StartWith("{"));
        if (json.FinishReason == FinishReason.EndOfGeneration)
        {
            Assert.That(JsonElement.Parse(json.Text).GetProperty("age").GetInt32(), Is.InRange(0, 120));
        }

        Assert.That(size.Text, Is.AnyOf(" small", " large"));
        Assert.That(animals.Text, Does.Match(@"^(- [a-z ]+\n){3}$"));
    }

    [Test]
    public async Task Regex_IsKept()
    {
        var engine = await TestEngines.TrainedAsync();

        var date = Constraint.Regex(@"20\d\d-(0[1-9]|1[0-2])-\d\d");
        var day = await engine.CompleteAsync("The letter is dated ", new() { Constraint = date });

        Assert.That(day.Text, Does.Match(@"^20\d\d-(0[1-9]|1[0-2])-\d\d$"));
    }
}
