using System.Diagnostics;
using System.Text;
using Lamina;
using Lamina.Chat;
using Lamina.LlamaCpp;
using Lamina.Tokens;
using Samples;
using Spectre.Console;

namespace Generate;

/// <summary>Loads the model, generates, and reports.</summary>
internal sealed class Generation(Arguments arguments)
{
    /// <summary>What the tiny model continues for those who only want to see something.</summary>
    private const string FirstPrompt = "Once upon a time";

    /// <summary>What it is asked then.</summary>
    private const string FirstQuestion = "What is Lamina?";

    private readonly IAnsiConsole _status = StatusConsole.Open();

    /// <summary>Runs to the end.</summary>
    /// <returns>False when it was cancelled while it generated.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var given = await PromptReader.ReadAsync(arguments.Prompt, cancellationToken);
        var prompt = given ?? (arguments.HasOwnModel ? arguments.IsChat ? FirstQuestion : FirstPrompt : throw new UsageException(
            "There is no prompt: give one with --prompt, or on standard input. See --help."));

        var loading = Stopwatch.StartNew();
        await using var engine = await Bars.LoadAsync(
            _status,
            arguments.Model,
            progress => LlamaCpp.LoadAsync(arguments.Model, arguments.Engine, progress, cancellationToken: cancellationToken));
        loading.Stop();

        using var output = StandardOutput.Open();
        if (given is null && !arguments.Json && !arguments.IsChat)
        {
            output.Write(prompt);
        }

        var text = new StringBuilder();
        var tokens = new List<int>();
        Token last = default;
        var asked = arguments.IsChat ? ToChat(engine, prompt) : prompt;
        await foreach (var token in engine.GenerateAsync(asked, arguments.Generation, cancellationToken))
        {
            last = token;
            text.Append(token.Text);
            if (token.Id >= 0)
            {
                tokens.Add(token.Id);
            }

            if (!arguments.Json)
            {
                output.Write(token.Text);
            }
        }

        var run = new Run(
            arguments, engine.Model, text.ToString(), tokens, last.FinishReason!.Value, last.Usage!, loading.Elapsed);
        if (arguments.Json)
        {
            output.Write(JsonResult.Of(run) + "\n");
        }
        else if (!Console.IsOutputRedirected && text.Length > 0 && text[^1] != '\n')
        {
            output.Write(Environment.NewLine); // so that a shell's prompt starts a line of its own
        }

        Report.Write(_status, run);
        return run.FinishReason != FinishReason.Cancelled;
    }

    private Prompt ToChat(IInferenceEngine engine, string question)
    {
        var format = ChatFormat.Of(engine.Model, engine.Tokenizer);
        if (format.IsFallback)
        {
            StatusConsole.Line(_status, "The model has no chat template; it is asked in ChatML, which it may not know.");
        }

        return format.Apply(arguments.System is { } system
            ? [ChatMessage.System(system), ChatMessage.User(question)]
            : [ChatMessage.User(question)]);
    }
}
