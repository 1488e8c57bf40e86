using System.Text.Json;
using System.Text.Json.Serialization;
using Json.Schema;
using Lamina.Constraints;
using Lamina.TestSupport;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Constraints;

/// <summary>Answers of a form on real models.</summary>
public sealed partial class ConstrainedAnswerTests
{
    private const string Person = """
        {
          "type": "object",
          "properties": {
            "name": { "type": "string", "minLength": 2, "maxLength": 12, "pattern": "^[A-Z][a-z]+$" },
            "age": { "type": "integer", "minimum": 1, "maximum": 120 },
            "tags": { "type": "array", "items": { "enum": ["new", "old", "kind"] }, "uniqueItems": true, "minItems": 1, "maxItems": 2 }
          },
          "required": ["name", "age", "tags"],
          "additionalProperties": false
        }
        """;

    [Test]
    public async Task Generate_Schema_EveryAnswerIsValid([Range(1, 12)] int seed)
    {
        var engine = await TestEngines.TrainedAsync();
        var answer = await engine.CompleteAsync("Tell me of somebody.", Wild(Constraint.JsonSchema(Person), seed));
        using var value = JsonDocument.Parse(answer.Text);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.FinishReason, Is.EqualTo(FinishReason.EndOfGeneration));
            Assert.That(JsonSchema.FromText(Person).Evaluate(value.RootElement).IsValid, answer.Text);
        }
    }

    [Test]
    public async Task Generate_SchemasFromTheWild_AnswersThatEndAreValid()
    {
        var engine = await TestEngines.TrainedAsync();
        var random = new Random(1);
        var whole = 0;

        // The validator does not know draft 4.
        string[] texts = [.. File.ReadLines(TestModels.RequireData("json-schema/real-world.jsonl")).Where(line => !line.Contains("schema.org/draft-04", StringComparison.Ordinal))];
        random.Shuffle(texts);
        await Parallel.ForEachAsync(texts.Take(100).Index(), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (line, stop) =>
        {
            using var of = JsonDocument.Parse(line.Item);
            var schema = of.RootElement.GetProperty("schema");
            var answer = await engine.CompleteAsync("{", Wild(Constraint.JsonSchema(schema), line.Index) with { MaxTokens = 150 }, stop);
            if (answer.FinishReason == FinishReason.EndOfGeneration && TryRead(schema) is { } validator)
            {
                using var value = JsonDocument.Parse(answer.Text);
                Assert.That(validator.Evaluate(value.RootElement, new() { RequireFormatValidation = true }).IsValid, $"{schema}: {answer.Text}");
                Interlocked.Increment(ref whole);
            }
        });

        Assert.That(whole, Is.GreaterThan(25));
    }

    [Test]
    public async Task Generate_AType_IsRead()
    {
        var engine = await TestEngines.TrainedAsync();
        var pet = await engine.GenerateAsync("Question: Pip is a red fox, and it is tame.\nAnswer:\n", FoxContext.Default.Fox, Wild(null, 3));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pet, Is.Not.Null);
            Assert.That(pet!.Name, Is.Not.Null);
            Assert.That(Enum.IsDefined(pet.Color));
        }
    }

    [Test]
    public async Task Generate_ATypeThatIsCut_SaysWhatThereWas()
    {
        var engine = await TestEngines.TrainedAsync();
        Assert.That(
            async () => await engine.GenerateAsync("Pip", FoxContext.Default.Fox, Wild(null, 1) with { MaxTokens = 2 }),
            Throws.InstanceOf<LaminaException>().With.Message.Contains("Length").And.Message.Contains("{"));
    }

    [Test]
    public async Task Generate_Choice_OnTheInstructModel_IsTheLikelierOne()
    {
        var engine = await TestEngines.SmolAsync();
        var options = new GenerationOptions { Constraint = Constraint.Choice(" Paris", " a banana"), Sampling = new() { Temperature = 0 } };
        Assert.That((await engine.CompleteAsync("The capital of France is", options)).Text, Is.EqualTo(" Paris"));
    }

    /// <summary>The schema as another library reads it; null where that library cannot.</summary>
    private static JsonSchema? TryRead(JsonElement schema)
    {
        try
        {
            return JsonSchema.FromText(schema.GetRawText(), new() { Dialect = Dialect.Draft202012, SchemaRegistry = new() });
        }
        catch (JsonSchemaException)
        {
            return null;
        }
    }

    private static GenerationOptions Wild(Constraint? constraint, int seed) => new()
    {
        Constraint = constraint,
        MaxTokens = 300,
        Sampling = new() { Temperature = 2, TopK = 0, TopP = 1, MinP = 0, Seed = (uint)seed },
    };

    internal enum Color
    {
        Red,
        Green,
    }

    internal sealed record Fox(string Name, Color Color, bool Tame);

    [JsonSourceGenerationOptions(UseStringEnumConverter = true)]
    [JsonSerializable(typeof(Fox))]
    internal sealed partial class FoxContext : JsonSerializerContext;
}
