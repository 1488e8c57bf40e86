using System.Diagnostics;
using Lamina;
using Lamina.Chat;
using Lamina.LlamaCpp;
using Samples;
using Spectre.Console;

namespace StructuredOutput;

/// <summary>Loads the model, and asks it about one text after the other.</summary>
internal sealed class Answering(Arguments arguments)
{
    private readonly IAnsiConsole _status = StatusConsole.Open();

    /// <summary>Runs to the end.</summary>
    /// <returns>Whether every text has an answer.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        using var reader = arguments.Input is { } path ? Texts.Open(path) : null;
        var clock = Stopwatch.StartNew();
        await using var engine = await Bars.LoadAsync(
            _status,
            arguments.Model,
            progress => LlamaCpp.LoadAsync(arguments.Model, arguments.Engine, progress, cancellationToken: cancellationToken));
        StatusConsole.Line(_status, StatusConsole.Describe(engine.Model, clock.Elapsed));

        var format = ChatFormat.Of(engine.Model, engine.Tokenizer);
        var (count, answered) = (0, 0);
        clock.Restart();
        using var screen = new Screen(arguments.Form.IsJson);
        await foreach (var text in reader is null ? arguments.Texts.ToAsyncEnumerable() : Texts.ReadAsync(reader, cancellationToken))
        {
            count++;
            screen.Begin(text);
            try
            {
                var prompt = format.Apply([ChatMessage.User($"{arguments.Instruction} {text}".TrimStart())]);
                screen.End(await arguments.Form.AnswerAsync(engine, prompt, arguments.Generation, screen.Show, cancellationToken));
                answered++;
            }
            catch (LaminaException e)
            {
                screen.End(null);
                StatusConsole.Line(_status, $"text {count}: {OptionNames.In(e.Message)}");
            }
        }

        StatusConsole.Line(_status, $"answers: {answered} of {count}, {StatusConsole.Count(engine.GetMetrics().GeneratedTokens)} in "
            + StatusConsole.Seconds(clock.Elapsed));
        return answered == count;
    }
}
