using System.Collections.Immutable;
using Lamina;
using Lamina.Quantization.Quality;

namespace TinyCorpus.Evaluation;

/// <summary>Tasks as a check of a quality report: which questions are answered right, greedily.</summary>
/// <param name="tasks">The tasks.</param>
/// <param name="options">Which questions are asked, and how long answers may be.</param>
public sealed class TaskCheck(IEnumerable<TinyTask> tasks, EvaluationOptions options) : IQualityCheck
{
    /// <inheritdoc/>
    public string Name => "tasks";

    /// <inheritdoc/>
    public async Task<CheckResult> RunAsync(IInferenceEngine engine, CancellationToken cancellationToken = default)
    {
        var evaluator = new TaskEvaluator(engine, options);
        var answers = ImmutableArray.CreateBuilder<CheckAnswers>();
        foreach (var task in tasks)
        {
            var verdicts = await evaluator.GradeAsync(task, cancellationToken);
            answers.Add(new(task.Name, [.. verdicts.Select(verdict => verdict.IsCorrect)]));
        }

        return CheckResult.Of(answers.ToImmutable());
    }
}
