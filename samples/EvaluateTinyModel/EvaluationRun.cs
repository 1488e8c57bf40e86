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
        await using var engine = await Bars.LoadAsync(
            _status,
            arguments.Model,
            progress => LlamaCpp.LoadAsync(arguments.Model, arguments.Engine, progress, cancellationToken: cancellationToken));
        var clock = Stopwatch.StartNew();
        var done = 0;
        var scores = await new TaskEvaluator(engine, arguments.Options).EvaluateAsync(
            arguments.Tasks,
            score => StatusConsole.Line(
                _status,
                $"{++done} of {arguments.Tasks.Count}: {score.Task.Name}, {score.Greedy:P0}, {StatusConsole.Seconds(clock.Elapsed)}"),
            cancellationToken);
        using var output = StandardOutput.Open();
        output.Write(TaskScore.ToTable(scores, arguments.Options.Samples) + "\n");
    }
}
