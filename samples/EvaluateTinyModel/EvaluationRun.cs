using System.Diagnostics;
using Lamina.LlamaCpp;
using Samples;
using Spectre.Console;
using TinyCorpus.Evaluation;

namespace EvaluateTinyModel;

/// <summary>Loads the model, tests it task by task, and writes the table.</summary>
internal sealed class EvaluationRun(Arguments arguments)
{
    private readonly IAnsiConsole _status = StatusConsole.Open();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var engine = await LoadProgress.ShowAsync(
            _status,
            arguments.Model,
            progress => LlamaCpp.LoadAsync(arguments.Model, arguments.Engine, progress, cancellationToken: cancellationToken));
        var evaluator = new TaskEvaluator(engine, arguments.Options);
        var scores = new List<TaskScore>();
        var clock = Stopwatch.StartNew();
        foreach (var task in arguments.Tasks)
        {
            scores.Add(await evaluator.EvaluateAsync(task, cancellationToken));
            StatusConsole.Line(
                _status,
                $"{scores.Count} of {arguments.Tasks.Count}: {task.Name}, {scores[^1].Greedy:P0}, {StatusConsole.Seconds(clock.Elapsed)}");
        }

        using var output = StandardOutput.Open();
        output.Write(TaskScore.ToTable(scores, arguments.Options.Samples) + "\n");
    }
}
