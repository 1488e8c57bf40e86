using System.Collections.Immutable;
using Lamina.Runtime;

namespace Lamina.Sampling;

/// <summary>
/// The samplers by name, made from options; null where the options turn one off. At temperature 0 all that would drop or
/// scale candidates is off, and what would draw takes the best.
/// </summary>
internal static class BuiltInSamplers
{
    public const string AdaptiveP = "adaptive-p";
    public const string Distribution = "distribution";
    public const string LogitBias = "logit-bias";
    public const string Mirostat = "mirostat";
    public const string Mirostat2 = "mirostat-2";
    public const string Temperature = "temperature";

    /// <summary>llama.cpp's order, without the last, which draws.</summary>
    public static ImmutableArray<string> Order { get; } =
        [LogitBias, "penalties", "dry", "top-n-sigma", "top-k", "typical", "top-p", "min-p", "xtc", Temperature];

    public static ImmutableArray<(string Name, Func<SamplingOptions, ITokenizer?, ISampler?> Create)> All { get; } =
    [
        (LogitBias, (options, _) => options.LogitBias.Count > 0 ? new LogitBiasSampler(options.LogitBias) : null),
        ("penalties", (options, _) => CreatePenalties(options)),
        ("dry", CreateDry),
        ("top-n-sigma", Warm(options => options.TopNSigma > 0 ? new TopNSigmaSampler(options.TopNSigma) : null)),
        ("top-k", Warm(options => options.TopK > 0 ? new TopKSampler(options.TopK) : null)),
        ("typical", Warm(options => options.TypicalP < 1 ? new TypicalSampler(options.TypicalP) : null)),
        ("top-p", Warm(options => options.TopP < 1 ? new TopPSampler(options.TopP) : null)),
        ("min-p", Warm(options => options.MinP > 0 ? new MinPSampler(options.MinP) : null)),
        ("xtc", Warm(options => options.XtcProbability > 0
            ? new XtcSampler(options.XtcProbability, options.XtcThreshold, seed: Seed(options)) : null)),
        (Temperature, Warm(CreateTemperature)),
        ("infill", (options, tokenizer) => options.Temperature > 0 ? new InfillSampler(tokenizer!) : null),
        (Distribution, Draw(options => new DistributionSampler(Seed(options)))),
        (AdaptiveP, Draw(options => new AdaptivePSampler(options.AdaptiveTarget!.Value, options.AdaptiveDecay, Seed(options)))),
        (Mirostat, Draw(options => new MirostatSampler(Seed(options), options.MirostatTau, options.MirostatEta))),
        (Mirostat2, Draw(options => new Mirostat2Sampler(Seed(options), options.MirostatTau, options.MirostatEta))),
        ("greedy", (_, _) => new GreedySampler()),
    ];

    private static Func<SamplingOptions, ITokenizer?, ISampler?> Warm(Func<SamplingOptions, ISampler?> create) =>
        (options, _) => options.Temperature > 0 ? create(options) : null;

    private static Func<SamplingOptions, ITokenizer?, ISampler?> Draw(Func<SamplingOptions, ISampler> create) =>
        (options, _) => options.Temperature > 0 ? create(options) : new GreedySampler();

    private static uint Seed(SamplingOptions options) => options.Seed!.Value;

    private static PenaltySampler? CreatePenalties(SamplingOptions options) =>
        options.PenaltyWindow > 0
        && (options.RepetitionPenalty != 1 || options.FrequencyPenalty != 0 || options.PresencePenalty != 0)
            ? new(options.PenaltyWindow, options.RepetitionPenalty, options.FrequencyPenalty, options.PresencePenalty)
            : null;

    private static DrySampler? CreateDry(SamplingOptions options, ITokenizer? tokenizer) =>
        options.DryMultiplier != 0 && options.DryWindow > 0
            ? new(
                tokenizer ?? throw new ArgumentNullException(nameof(tokenizer), "SamplingOptions.DryMultiplier needs the model's tokenizer."),
                options.DryMultiplier,
                options.DryBase,
                options.DryAllowedLength,
                options.DryWindow,
                options.DryBreakers)
            : null;

    private static ISampler? CreateTemperature(SamplingOptions options)
    {
        ISampler? regular = options is { DynamicTemperatureRange: > 0, IsMirostat: false }
            ? new DynamicTemperatureSampler(
                options.Temperature, options.DynamicTemperatureRange, options.DynamicTemperatureExponent)
            : options.Temperature != 1 ? new TemperatureSampler(options.Temperature) : null;
        return options.InitialTemperature is { } initial ? new InitialTemperatureSampler(initial, regular) : regular;
    }
}
