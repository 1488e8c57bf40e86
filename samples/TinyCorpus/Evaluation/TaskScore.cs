namespace TinyCorpus.Evaluation;

/// <summary>How well a model does a task, on questions that no corpus has. All figures are shares from 0 to 1.</summary>
/// <param name="Task">The task.</param>
/// <param name="WellFormed">Greedy answers that have the form that is asked for.</param>
/// <param name="Greedy">Greedy answers that are right.</param>
/// <param name="Sampled">Sampled answers that are right.</param>
/// <param name="Majority">Questions where the answer that was sampled most often is right.</param>
/// <param name="Pass">Questions where at least one sampled answer is right.</param>
public sealed record TaskScore(TinyTask Task, double WellFormed, double Greedy, double Sampled, double Majority, double Pass)
{
    /// <summary>Scores as a table in Markdown.</summary>
    /// <param name="scores">The scores, a row each.</param>
    /// <param name="samples">Answers sampled for each question; 0 for none.</param>
    public static string ToTable(IEnumerable<TaskScore> scores, int samples)
    {
        var rows = scores.Select(score => samples == 0
            ? $"| `{score.Task.Name}` | {score.Task.Description} | {score.WellFormed:P0} | {score.Greedy:P0} |"
            : $"| `{score.Task.Name}` | {score.Task.Description} | {score.WellFormed:P0} | {score.Greedy:P0} | {score.Sampled:P0} "
                + $"| {score.Majority:P0} | {score.Pass:P0} |");
        return string.Join('\n',
        [
            "| task | what | well-formed | greedy |" + (samples == 0 ? "" : $" one sample | majority of {samples} | any of {samples} |"),
            "|---|---|--:|--:|" + (samples == 0 ? "" : "--:|--:|--:|"),
            .. rows,
        ]);
    }
}
