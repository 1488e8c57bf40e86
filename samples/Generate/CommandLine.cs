using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Lamina;
using Lamina.Sampling;

namespace Generate;

/// <summary>The options, and what they mean.</summary>
internal sealed class CommandLine
{
    private static readonly SamplingOptions Defaults = new();

    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = "The model, a GGUF file.",
        HelpName = "file",
        Required = true,
    };

    private readonly Option<string?> _prompt = new("--prompt", "-p")
    {
        Description = "The text to continue. \"-\", or leaving it out with input redirected, reads standard input.",
        HelpName = "text",
    };

    private readonly Option<int?> _maxTokens = Number(
        ["--max-tokens", "-n"], "count", "The most tokens to generate.", 1, int.MaxValue, 256);

    private readonly Option<float?> _temperature = Number(
        ["--temperature", "-t"],
        "number",
        "How freely tokens are chosen; 0 always takes the most probable one.",
        0f,
        float.MaxValue,
        Defaults.Temperature);

    private readonly Option<int?> _topK = Number(
        ["--top-k"], "count", "Choose among this many of the most probable tokens; 0 for all.", 0, int.MaxValue, Defaults.TopK);

    private readonly Option<float?> _topP = Number(
        ["--top-p"], "0..1", "Choose among the fewest tokens that together have this probability.", 0f, 1f, Defaults.TopP);

    private readonly Option<float?> _minP = Number(
        ["--min-p"],
        "0..1",
        "Choose among tokens at least this many times as probable as the most probable one.",
        0f,
        1f,
        Defaults.MinP);

    private readonly Option<uint?> _seed = Number<uint>(
        ["--seed", "-s"],
        "number",
        "Makes a run repeatable. Without it a seed is drawn, and shown at the end.",
        0,
        uint.MaxValue);

    private readonly Option<string[]> _stop = new("--stop")
    {
        Description = "Stop before this text. May be given several times.",
        HelpName = "text",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<int?> _contextSize = Number<int>(
        ["--context-size", "-c"],
        "count",
        "The most tokens of prompt and answer together. [default: the model's, but at most 4096]",
        1,
        int.MaxValue);

    private readonly Option<int?> _threads = Number<int>(
        ["--threads"], "count", "Threads to compute with. [default: one for each processor]", 1, 512);

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print one JSON object with text, reason, counts and times at the end.",
    };

    public CommandLine()
    {
        Root = new RootCommand("Continues a text with a language model in a GGUF file. Text goes to standard output "
            + "as it comes; progress, speed and errors go to standard error. Ctrl+C stops.")
        {
            _model, _prompt, _maxTokens, _temperature, _topK, _topP, _minP, _seed, _stop, _contextSize, _threads, _json,
        };
        Root.Directives.Clear();
        RefuseEmpty(_model);
        RefuseEmpty(_stop);
    }

    public RootCommand Root { get; }

    /// <summary>Parses; a prompt may begin with "@" or "-".</summary>
    public ParseResult Parse(string[] args) =>
        Root.Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });

    public Arguments Read(ParseResult result)
    {
        var seed = result.GetValue(_seed) ?? BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        return new Arguments(
            result.GetRequiredValue(_model),
            result.GetValue(_prompt),
            result.GetValue(_json),
            seed,
            new EngineOptions
            {
                ContextSize = result.GetValue(_contextSize),
                MaxSequences = 1,
                Threads = result.GetValue(_threads),
            },
            new GenerationOptions
            {
                MaxTokens = result.GetValue(_maxTokens),
                Stop = [.. result.GetRequiredValue(_stop)],
                OnCancel = CancellationBehavior.Finish,
                Sampling = new SamplingOptions
                {
                    Temperature = result.GetValue(_temperature) ?? Defaults.Temperature,
                    TopK = result.GetValue(_topK) ?? Defaults.TopK,
                    TopP = result.GetValue(_topP) ?? Defaults.TopP,
                    MinP = result.GetValue(_minP) ?? Defaults.MinP,
                    Seed = seed,
                },
            });
    }

    private static Option<T?> Number<T>(
        string[] names, string helpName, string description, T least, T most, T? byDefault = null)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var option = new Option<T?>(names[0], names[1..])
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (T.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
                {
                    return value;
                }

                var kind = typeof(T) == typeof(float) ? "a number" : "a whole number";
                var range = most == T.MaxValue ? $"of at least {least}" : $"from {least} to {most}";
                result.AddError($"Option '{names[0]}' was '{text}'; it must be {kind} {range}.");
                return null;
            },
        };
        if (byDefault is not null)
        {
            option.DefaultValueFactory = _ => byDefault;
        }

        return option;
    }

    private static void RefuseEmpty(Option option) =>
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0))
            {
                result.AddError($"Option '{option.Name}' was given an empty text.");
            }
        });
}
