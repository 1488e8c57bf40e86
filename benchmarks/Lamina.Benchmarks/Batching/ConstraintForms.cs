using Lamina.Constraints;

namespace Lamina.Benchmarks.Batching;

/// <summary>Forms of answers that leave all to the model, some of it, and little. None ends before an answer that is measured.</summary>
internal static class ConstraintForms
{
    public static Constraint LongString { get; } = Constraint.JsonSchema("""{"type": "string", "minLength": 10000}""");

    public static Constraint Objects { get; } = Constraint.JsonSchema("""
        {
          "type": "array",
          "minItems": 100,
          "items": {
            "type": "object",
            "properties": {
              "title": { "type": "string", "minLength": 3, "maxLength": 40 },
              "price": { "type": "number", "minimum": 0, "maximum": 1000 },
              "kind": { "enum": ["book", "film", "song"] }
            },
            "required": ["title", "price", "kind"],
            "additionalProperties": false
          }
        }
        """);

    public static Constraint Readings { get; } = Constraint.JsonSchema("""
        {
          "type": "array",
          "minItems": 100,
          "items": {
            "type": "object",
            "properties": { "measured_temperature": { "type": "integer", "minimum": 0, "maximum": 100 } },
            "required": ["measured_temperature"],
            "additionalProperties": false
          }
        }
        """);

    public static Constraint Lines { get; } = Constraint.Grammar("""
        root ::= ("- " word (" " word){0,7} "\n"){100}
        word ::= [A-Za-z']+ [,.;:]?
        """);
}
