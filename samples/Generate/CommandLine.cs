using System.CommandLine;
using Lamina;
using Samples;

namespace Generate;

/// <summary>The options, and what they mean.</summary>
internal sealed class CommandLine
{
    private readonly ModelOptions _options = new(maxTokens: 256);

    private readonly Option<string?> _prompt = new("--prompt", "-p")
    {
        Description = "The text to continue. \"-\", or leaving it out with input redirected, reads standard input. The tiny "
            + "model has one of its own.",
        HelpName = "text",
    };

    private readonly Option<bool> _chat = new("--chat")
    {
        Description = "Ask the model: the prompt is what a user says, and the chat template in the model's file is put around it.",
    };

    private readonly Option<string?> _system = new("--system")
    {
        Description = "What the model is told before a chat. Only with --chat.",
        HelpName = "text",
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print one JSON object with text, reason, counts and times at the end.",
    };

    public CommandLine()
    {
        Root = new RootCommand("Continues a text with a language model in a GGUF file. Text goes to standard output "
            + "as it comes; progress, speed and errors go to standard error. Ctrl+C stops.")
        {
            _options.Model,
            _prompt,
            _chat,
            _system,
            _options.MaxTokens,
            _options.Temperature,
            _options.TopK,
            _options.TopP,
            _options.MinP,
            _options.Seed,
            _options.Stop,
            _options.ContextSize,
            _options.Threads,
            _json,
        };
        Root.Validators.Add(result =>
        {
            if (result.GetValue(_system) is not null && !result.GetValue(_chat))
            {
                result.AddError("--system is for a chat; give --chat as well.");
            }
        });
    }

    public RootCommand Root { get; }

    public Arguments Read(ParseResult result) => new(
        ModelOptions.Read(result, _options.Model),
        result.GetValue(_options.Model) is null,
        result.GetValue(_prompt),
        result.GetValue(_chat),
        result.GetValue(_system),
        result.GetValue(_json),
        _options.ReadEngine(result, maxSequences: 1),
        _options.ReadGeneration(result) with { OnCancel = CancellationBehavior.Finish });
}
