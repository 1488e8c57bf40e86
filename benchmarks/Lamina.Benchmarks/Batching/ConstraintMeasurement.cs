using Lamina.Constraints;

namespace Lamina.Benchmarks.Batching;

/// <summary>Answers of a form against free ones: forms that leave all to the model, some of it, and little.</summary>
internal sealed class ConstraintMeasurement : IMeasurement
{
    private const int PromptTokens = 32;
    private const int GeneratedTokens = 96;

    private static readonly (string Name, Constraint Form)[] Forms =
    [
        ("a long string", Constraint.JsonSchema("""{"type": "string", "minLength": 10000}""")),
        ("a list of objects", Constraint.JsonSchema("""
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
            """)),
        ("a list of readings", Constraint.JsonSchema("""
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
            """)),
        ("lines of words, by a grammar", Constraint.Grammar("""
            root ::= ("- " word (" " word){0,7} "\n"){100}
            word ::= [A-Za-z']+ [,.;:]?
            """)),
    ];

    public string Name => "constraints";

    public async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        foreach (var count in (int[])[1, 8])
        {
            await using var engine = await bench.OpenEngineAsync(bench.Options(count, contextSize: 256));
            foreach (var (name, form) in Forms)
            {
                var what = $"{name}, streams: {count}";
                var found = await Turns.CompareAsync(
                    bench.Rounds,
                    warmUps: 1,
                    () => SpeedAsync(bench, engine, count, null),
                    () => SpeedAsync(bench, engine, count, form),
                    bench.Report.Rounds(what),
                    cancellationToken);
                bench.Report.Add(what, "tokens/s", "free", found, Target.AtLeast(0.97));
            }
        }
    }

    /// <summary>Tokens a second, those that must come included.</summary>
    private static async Task<double> SpeedAsync(Bench bench, IInferenceEngine engine, int count, Constraint? constraint)
    {
        var prompts = Enumerable.Range(0, count).Select(_ => bench.NewTokens(PromptTokens)).ToArray();
        var tokens = 0;
        var seconds = await Turns.SecondsAsync(async () =>
        {
            var answers = await Task.WhenAll(prompts.Select((prompt, i) => engine.CompleteAsync(
                prompt, new() { MaxTokens = GeneratedTokens, Constraint = constraint, Sampling = new() { Seed = (uint)i } })));
            tokens = answers.Sum(answer => answer.Usage.GeneratedTokens);
        });
        return tokens / seconds;
    }
}
