using System.CommandLine;
using System.Security.Cryptography;
using Lamina;
using Lamina.Sampling;

namespace Samples;

/// <summary>The options that every sample has: the model, what it may take, and how it generates.</summary>
internal sealed class ModelOptions
{
    private static readonly SamplingOptions Defaults = new();

    public ModelOptions(int maxTokens, float? temperature = null)
    {
        MaxTokens = NumberOption.Create(
            ["--max-tokens", "-n"], "count", "The most tokens to generate.", 1, int.MaxValue, maxTokens);
        Temperature = NumberOption.Create(
            ["--temperature", "-t"],
            "number",
            "How freely tokens are chosen; 0 always takes the most probable one.",
            0f,
            float.MaxValue,
            temperature ?? Defaults.Temperature);
        TextOption.RefuseEmpty(Model);
        TextOption.RefuseEmpty(Stop);
    }

    public Option<string?> Model { get; } = CreateModel();

    public Option<int?> MaxTokens { get; }

    public Option<float?> Temperature { get; }

    public Option<int?> TopK { get; } = NumberOption.Create(
        ["--top-k"], "count", "Choose among this many of the most probable tokens; 0 for all.", 0, int.MaxValue, Defaults.TopK);

    public Option<float?> TopP { get; } = NumberOption.Create(
        ["--top-p"], "0..1", "Choose among the fewest tokens that together have this probability.", 0f, 1f, Defaults.TopP);

    public Option<float?> MinP { get; } = NumberOption.Create(
        ["--min-p"],
        "0..1",
        "Choose among tokens at least this many times as probable as the most probable one.",
        0f,
        1f,
        Defaults.MinP);

    public Option<uint?> Seed { get; } = NumberOption.Create<uint>(
        ["--seed", "-s"],
        "number",
        "Makes a run repeatable. Without it a seed is drawn, and shown at the end.",
        0,
        uint.MaxValue);

    public Option<string[]> Stop { get; } = new("--stop")
    {
        Description = "Stop before this text. May be given several times.",
        HelpName = "text",
        DefaultValueFactory = _ => [],
    };

    public Option<int?> ContextSize { get; } = NumberOption.Create<int>(
        ["--context-size", "-c"],
        "count",
        "The most tokens of prompt and answer together. [default: the model's, but at most 4096]",
        1,
        int.MaxValue);

    public Option<int?> Threads { get; } = NumberOption.Create<int>(
        ["--threads"], "count", "Threads to compute with. [default: one for each processor]", 1, 512);

    public static Option<string?> CreateModel() => new("--model", "-m")
    {
        Description = "The model, a GGUF file. [default: the tiny model that comes with Lamina]",
        HelpName = "file",
    };

    /// <summary>The path of a model's file.</summary>
    public static string Read(ParseResult result, Option<string?> model) => result.GetValue(model) ?? TinyModel.Path;

    public EngineOptions ReadEngine(ParseResult result, int maxSequences) => new()
    {
        ContextSize = result.GetValue(ContextSize),
        MaxSequences = maxSequences,
        Threads = result.GetValue(Threads),
    };

    /// <summary>The options of a request; a seed is drawn where none was asked for.</summary>
    public GenerationOptions ReadGeneration(ParseResult result) => new()
    {
        MaxTokens = result.GetValue(MaxTokens),
        Stop = result.GetValue(Stop) ?? [],
        Sampling = new SamplingOptions
        {
            Temperature = result.GetValue(Temperature) ?? Defaults.Temperature,
            TopK = result.GetValue(TopK) ?? Defaults.TopK,
            TopP = result.GetValue(TopP) ?? Defaults.TopP,
            MinP = result.GetValue(MinP) ?? Defaults.MinP,
            Seed = result.GetValue(Seed) ?? BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))),
        },
    };
}
