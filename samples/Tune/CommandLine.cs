using System.Collections.Immutable;
using System.CommandLine;
using Lamina;
using Lamina.Quantization;
using Lamina.Runtime;
using Lamina.Tuning;
using Samples;

namespace Tune;

/// <summary>The options, and what they mean.</summary>
internal sealed class CommandLine
{
    private const string CacheTypes = "kv-types";
    private const string Weights = "weights=";

    private static readonly TuningOptions Defaults = new();

    private readonly Option<string?> _model = ModelOptions.CreateModel();

    private readonly Option<string[]> _loads = new("--load", "-l")
    {
        Description = "What to be fast with: one (answer at a time), many (answers at a time), prompts (long ones). May be given several times. "
            + "[default: one and prompts]",
        HelpName = "kind",
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<string[]> _allow = new("--allow", "-a")
    {
        Description = "What may change though it costs accuracy: kv-types (keys and values in fewer bits), weights=Int8,Int4Fast (profiles of "
            + "samples/Quantize). May be given several times. [default: nothing]",
        HelpName = "what",
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<bool> _requantize = new("--allow-requantize") { Description = "Take weights for --allow weights=… that are quantized already." };

    private readonly Option<string?> _folder = new("--cache-folder")
    {
        Description = "Where models are kept that --allow weights=… made. [default: one of the user's folders]",
        HelpName = "folder",
    };

    private readonly Option<float?> _budget = NumberOption.Create(
        ["--budget", "-b"], "minutes", "How long it may take, loading left out.", 0.001f, 100_000f, (float)Defaults.TimeBudget.TotalMinutes);

    private readonly Option<int?> _start = NumberOption.Create(
        ["--start"], "count", "The most settings to try at the start.", 2, 1 << 20, Defaults.StartCount);

    private readonly Option<int?> _rounds = NumberOption.Create(
        ["--rounds", "-r"], "count", "How often the last few settings are compared with the defaults.", 3, 1000, Defaults.FinalRounds);

    private readonly Option<int?> _streams = NumberOption.Create(
        ["--streams"], "count", "Answers at a time of the load many.", 2, 256, Defaults.Streams);

    private readonly Option<int?> _prompt = NumberOption.Create(
        ["--prompt-tokens"], "count", "Tokens of a prompt.", 1, 1 << 20, Defaults.PromptTokens);

    private readonly Option<int?> _text = NumberOption.Create(
        ["--text-tokens"], "count", "Tokens that an answer follows on.", 0, 1 << 20, Defaults.TextTokens);

    private readonly Option<int?> _threads = NumberOption.Create<int>(
        ["--threads"], "count", "Threads of the options that others are held against. [default: the engine's]", 1, 512);

    private readonly Option<bool> _roofline = new("--roofline")
    {
        Description = "Instead of tuning: what this processor's memory and arithmetic allow with the model, and how much of it is reached.",
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "The file for the best options; a picture goes beside it, with .svg. [default: tuned.json; with --roofline roofline.svg]",
        HelpName = "file",
    };

    public CommandLine()
    {
        _loads.AcceptOnlyFromAmong("one", "many", "prompts");
        TextOption.RefuseEmpty(_model);
        TextOption.RefuseEmpty(_output);
        _allow.Validators.Add(static result =>
        {
            foreach (var fault in result.Tokens.Select(static token => FaultOf(token.Value)).OfType<string>())
            {
                result.AddError(fault);
            }
        });
        Root = new RootCommand("Finds the fastest options for a model on this machine, and writes them to a file that an app loads. Progress goes to "
            + "standard error. Let nothing else run meanwhile.")
        {
            _model, _loads, _allow, _requantize, _folder, _budget, _start, _rounds, _streams, _prompt, _text, _threads, _roofline, _output,
        };
    }

    public RootCommand Root { get; }

    public Arguments Read(ParseResult result)
    {
        var loads = result.GetRequiredValue(_loads);
        var allowed = result.GetRequiredValue(_allow);
        var isRoofline = result.GetValue(_roofline);
        var (prompt, text) = (result.GetValue(_prompt) ?? Defaults.PromptTokens, result.GetValue(_text) ?? Defaults.TextTokens);
        var quantization = new LoadTimeQuantization
        {
            CacheFolder = result.GetValue(_folder),
            Options = new() { AllowRequantize = result.GetValue(_requantize) },
        };
        var engine = new EngineOptions { Threads = result.GetValue(_threads) };
        var tuning = new TuningOptions
        {
            Baseline = engine,
            Workloads = loads.Length == 0 ? Defaults.Workloads : [.. loads.Distinct(StringComparer.Ordinal).Select(ReadLoad)],
            CacheTypes = allowed.Contains(CacheTypes, StringComparer.Ordinal) ? [KvCacheType.Int8, KvCacheType.Int4] : [],
            Weights = [.. allowed.Where(IsWeights).SelectMany(Profiles).Distinct().Select(profile => quantization with { Profile = profile })],
            TimeBudget = TimeSpan.FromMinutes(result.GetValue(_budget) ?? Defaults.TimeBudget.TotalMinutes),
            StartCount = result.GetValue(_start) ?? Defaults.StartCount,
            FinalRounds = result.GetValue(_rounds) ?? Defaults.FinalRounds,
            Streams = result.GetValue(_streams) ?? Defaults.Streams,
            PromptTokens = prompt,
            TextTokens = text,
        };
        return new(
            ModelOptions.Read(result, _model),
            result.GetValue(_output) ?? (isRoofline ? "roofline.svg" : "tuned.json"),
            tuning,
            isRoofline ? new() { Engine = engine, Streams = Roofs(tuning.Streams), PromptTokens = [Math.Max(prompt / 8, 1), prompt], TextTokens = text } : null);
    }

    private static Workload ReadLoad(string name) => name switch
    {
        "one" => Workload.OneStream,
        "many" => Workload.ManyStreams,
        _ => Workload.Prompts,
    };

    /// <summary>One stream, as many as are asked for, and their geometric mean.</summary>
    private static ImmutableArray<int> Roofs(int streams) => [.. new[] { 1, (int)Math.Sqrt(streams), streams }.Distinct()];

    private static bool IsWeights(string text) => text.StartsWith(Weights, StringComparison.Ordinal);

    private static IEnumerable<QuantizationProfile> Profiles(string text) => text[Weights.Length..].Split(',').Select(QuantizationProfile.Get);

    private static string? FaultOf(string text)
    {
        if (!IsWeights(text))
        {
            return string.Equals(text, CacheTypes, StringComparison.Ordinal) ? null
                : $"Option '--allow' was '{text}'; it must be {CacheTypes}, or {Weights} with names of profiles.";
        }

        try
        {
            _ = Profiles(text).ToArray();
            return null;
        }
        catch (ArgumentException e)
        {
            return $"Option '--allow' was '{text}'. {e.Message.Split(" (Parameter '")[0]}";
        }
    }
}
