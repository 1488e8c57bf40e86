using System.Diagnostics;
using Lamina;
using Lamina.Gguf;
using Lamina.LlamaCpp;
using Samples;
using Spectre.Console;

namespace Batch;

/// <summary>Checks the files, loads the model, answers, and reports.</summary>
internal sealed class BatchRun(Arguments arguments)
{
    /// <summary>The context that an engine has where nothing else is said.</summary>
    private const int UsualContext = 4096;

    private readonly IAnsiConsole _status = StatusConsole.Open();

    private bool ToStandardOutput => arguments.Output is "-";

    /// <summary>Runs to the end, or until it is cancelled.</summary>
    public async Task<Tally> RunAsync(CancellationToken cancellationToken)
    {
        if (string.Equals(
            Path.GetFullPath(arguments.Input), Path.GetFullPath(arguments.Output), StringComparison.Ordinal))
        {
            throw new UsageException("Options '--input' and '--output' name the same file.");
        }

        using var prompts = new PromptFile(arguments.Input);
        using var answers = ToStandardOutput ? null : new AnswerFile(arguments.Output);
        var survey = Survey.Of(
            prompts, arguments.Restart ? null : answers, arguments.Generation.MaxTokens ?? int.MaxValue, cancellationToken);
        var tally = new Tally(survey);
        await using var engine = survey.Answered < survey.Total
            ? await LoadAsync(survey, cancellationToken)
            : null;
        answers?.Continue(survey.Length);
        if (engine is not null)
        {
            await AnswerAsync(engine, prompts.Read().Skip(survey.Answered), answers, tally, cancellationToken);
        }

        Report.Write(_status, arguments, tally);
        return tally;
    }

    private async Task<IInferenceEngine> LoadAsync(Survey survey, CancellationToken cancellationToken)
    {
        // Memory is taken for every place and every token of it: no more of them than these requests can need.
        var options = arguments.Engine with
        {
            MaxSequences = Math.Min(arguments.Parallel, survey.Total - survey.Answered),
            ContextSize = arguments.Engine.ContextSize ?? ContextFor(survey.LongestRequest),
        };
        var clock = Stopwatch.StartNew();
        var engine = await Bars.LoadAsync(
            _status,
            arguments.Model,
            progress => LlamaCpp.LoadAsync(arguments.Model, options, progress, cancellationToken: cancellationToken));
        StatusConsole.Line(_status, StatusConsole.Describe(engine.Model, clock.Elapsed));
        return engine;
    }

    /// <summary>A context that such a request fits into; null for the engine's default.</summary>
    private int? ContextFor(long tokens) => tokens < UsualContext
        ? (int)Math.Min(tokens, GgufFile.Read(arguments.Model).ContextLength ?? tokens)
        : null;

    private async Task AnswerAsync(
        IInferenceEngine engine,
        IEnumerable<PromptLine> prompts,
        AnswerFile? file,
        Tally tally,
        CancellationToken cancellationToken)
    {
        using var standardOutput = file is null ? StandardOutput.Open() : null;
        var hasTerminal = _status.Profile.Out.IsTerminal && (file is not null || Console.IsOutputRedirected);
        tally.Start();
        await new BatchProgress(_status, engine, tally).ShowAsync(hasTerminal, async () =>
        {
            try
            {
                await foreach (var answer in new AnswerStream(engine, arguments).ReadAsync(prompts, cancellationToken))
                {
                    file?.Write(answer.Json.Span);
                    standardOutput?.Write(answer.Json.Span);
                    tally.Add(answer);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                tally.IsStopped = true;
            }
        });
        tally.Stop();
    }
}
