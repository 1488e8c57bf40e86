using System.CommandLine;
using Lamina;
using Samples;

namespace ChatSample;

/// <summary>The options, and what they mean.</summary>
internal sealed class CommandLine
{
    private readonly ModelOptions _options = new(maxTokens: 512);

    private readonly Option<string?> _system = new("--system")
    {
        Description = "What the model is told before all.",
        HelpName = "text",
    };

    private readonly Option<bool> _tools = new("--tools")
    {
        Description = "Let the model call three harmless tools: a clock, a calculator, dice.",
    };

    private readonly Option<string?> _load = new("--load")
    {
        Description = "Go on with a chat that was saved with /save.",
        HelpName = "file",
    };

    private readonly Option<int?> _maxThinking = NumberOption.Create<int>(
        ["--max-thinking"], "count", "The most tokens that the model may think before it answers.", 1, int.MaxValue);

    private readonly Option<bool> _hideThinking = new("--hide-thinking")
    {
        Description = "Do not show what the model thinks.",
    };

    private readonly Option<ChatOverflow> _overflow = new("--overflow")
    {
        Description = "What happens where the context is full: the oldest turns are dropped, summed up, or it fails.",
        DefaultValueFactory = _ => ChatOverflow.DropOldest,
    };

    public CommandLine()
    {
        TextOption.RefuseEmpty(_load);
        Root = new RootCommand("Chats with a language model in a GGUF file. Type, and press Enter; \"\\\" at a line's end goes on in "
            + "the next. /help lists the commands. Ctrl+C stops a reply, and ends the program where there is none.")
        {
            _options.Model,
            _system,
            _tools,
            _load,
            _maxThinking,
            _hideThinking,
            _overflow,
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

    public Arguments Read(ParseResult result) => new(
        ModelOptions.Read(result, _options.Model),
        result.GetValue(_system),
        result.GetValue(_tools),
        result.GetValue(_load),
        result.GetValue(_maxThinking),
        result.GetValue(_hideThinking),
        result.GetValue(_overflow),
        _options.ReadEngine(result, maxSequences: 1),
        _options.ReadGeneration(result));
}
