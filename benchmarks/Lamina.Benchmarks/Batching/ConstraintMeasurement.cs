using Lamina.Constraints;

namespace Lamina.Benchmarks.Batching;

/// <summary>Answers of a form against free ones: forms that leave all to the model, some of it, and little.</summary>
internal sealed class ConstraintMeasurement : IMeasurement
{
    /// <summary>Tokens of an answer.</summary>
    public const int GeneratedTokens = 96;

    private const int PromptTokens = 16;

    /// <summary>Until all code of the forms is compiled.</summary>
    private const int WarmUps = 3;

    private static readonly (string Name, Constraint Form)[] Forms =
    [
        ("a long string", ConstraintForms.LongString),
        ("a list of objects", ConstraintForms.Objects),
        ("a list of readings", ConstraintForms.Readings),
        ("lines of words, by a grammar", ConstraintForms.Lines),
    ];

    public string Name => "constraints";

    public async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        foreach (var count in (int[])[1, 8])
        {
            var model = new TimedModel(bench.Model);
            await using var engine = await bench.OpenEngineAsync(bench.Options(count, contextSize: 256), model);
            foreach (var (name, form) in Forms)
            {
                var what = $"{name}, streams: {count}";
                List<Cost> free = [], formed = [];
                var found = await Turns.CompareAsync(
                    bench.Rounds,
                    WarmUps,
                    () => SpeedAsync(null, free),
                    () => SpeedAsync(form, formed),
                    bench.Report.Rounds(what),
                    cancellationToken);
                bench.Report.Add(what, "tokens/s", "free", found, Target.AtLeast(0.97));

                // The machine's noise is in the model's time, which is the same for both.
                var computed = Comparison.Median(free.Skip(WarmUps).Select(cost => cost.Computed));
                bench.Report.Add(
                    $"{what}, the model's time alike",
                    "tokens/s",
                    "free",
                    Comparison.Of(
                        [.. free.Skip(WarmUps).Select(cost => 1e6 / (computed + cost.Own))],
                        [.. formed.Skip(WarmUps).Select(cost => 1e6 / (computed + cost.Own))]),
                    Target.AtLeast(0.97));
            }

            async Task<double> SpeedAsync(Constraint? form, List<Cost> costs)
            {
                var before = model.Computed;
                var (tokens, seconds) = await GenerateAsync(bench, engine, count, form);
                var computed = (model.Computed - before).TotalSeconds;
                costs.Add(new(computed / tokens * 1e6, (seconds - computed) / tokens * 1e6));
                return tokens / seconds;
            }
        }
    }

    /// <summary>Counts tokens, those that must come included.</summary>
    public static async Task<(int Tokens, double Seconds)> GenerateAsync(
        Bench bench, IInferenceEngine engine, int count, Constraint? constraint)
    {
        var prompts = Enumerable.Range(0, count).Select(_ => bench.NewTokens(PromptTokens)).ToArray();
        var tokens = 0;
        var seconds = await Turns.SecondsAsync(async () =>
        {
            var answers = await Task.WhenAll(prompts.Select((prompt, i) => engine.CompleteAsync(
                prompt, new() { MaxTokens = GeneratedTokens, Constraint = constraint, Sampling = new() { Seed = (uint)i } })));
            tokens = answers.Sum(answer => answer.Usage.GeneratedTokens);
        });
        return (tokens, seconds);
    }

    /// <summary>What a token took, in microseconds.</summary>
    /// <param name="Computed">Of the model.</param>
    /// <param name="Own">Of all else.</param>
    private sealed record Cost(double Computed, double Own);
}
