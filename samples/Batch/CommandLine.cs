using System.CommandLine;
using Samples;

namespace Batch;

/// <summary>The options, and what they mean.</summary>
internal sealed class CommandLine
{
    private const int DefaultParallel = 32;

    private readonly ModelOptions _options = new(maxTokens: 128);

    private readonly Option<string> _input = new("--input", "-i")
    {
        Description = "The prompts, a file of JSON lines: {\"prompt\": \"...\"}, and if wanted id, maxTokens, "
            + "temperature, seed, stop.",
        HelpName = "file",
        Required = true,
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Where the answers go, as JSON lines; a file that holds the first of them is continued. \"-\" is "
            + "standard output.",
        HelpName = "file",
        Required = true,
    };

    private readonly Option<bool> _restart = new("--restart")
    {
        Description = "Begin anew: what the output file holds is deleted once input and model are known to be good.",
    };

    private readonly Option<bool> _chat = new("--chat")
    {
        Description = "Ask the model: each prompt is what a user says, and the chat template in the model's file is put around it.",
    };

    private readonly Option<int?> _parallel = NumberOption.Create(
        ["--parallel"], "count", "The most prompts that are answered at a time.", 1, 256, DefaultParallel);

    public CommandLine()
    {
        _options.ContextSize.Aliases.Add("--context");
        _options.Seed.Description = "Makes a run repeatable, as far as answers that are computed together can be: this "
            + "plus the line's number seeds an answer. Without it a seed is drawn, and shown at the end.";
        TextOption.RefuseEmpty(_input);
        TextOption.RefuseEmpty(_output);
        Root = new RootCommand("Answers a file of prompts with a language model in a GGUF file, many at a time, in the "
            + "order of the file. Progress, speed and errors go to standard error. Ctrl+C stops; the same command "
            + "then goes on where it was.")
        {
            _options.Model,
            _input,
            _output,
            _restart,
            _chat,
            _parallel,
            _options.MaxTokens,
            _options.Temperature,
            _options.TopK,
            _options.TopP,
            _options.MinP,
            _options.Seed,
            _options.Stop,
            _options.ContextSize,
            _options.Threads,
        };
    }

    public RootCommand Root { get; }

    public Arguments Read(ParseResult result)
    {
        var parallel = result.GetValue(_parallel) ?? DefaultParallel;
        return new(
            ModelOptions.Read(result, _options.Model),
            result.GetRequiredValue(_input),
            result.GetRequiredValue(_output),
            result.GetValue(_restart),
            result.GetValue(_chat),
            parallel,
            _options.ReadEngine(result, parallel),
            _options.ReadGeneration(result));
    }
}
