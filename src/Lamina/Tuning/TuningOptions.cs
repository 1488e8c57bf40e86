using System.Collections.Immutable;
using Lamina.Quantization;
using Lamina.Runtime;
using Lamina.Validation;

namespace Lamina.Tuning;

/// <summary>What options are tuned for, and what may change.</summary>
public sealed record TuningOptions
{
    /// <summary>
    /// The options that others are held against, and that all of them share where nothing else is said. Default: those of
    /// <see cref="EngineOptions"/>. Their requests at a time are <see cref="Streams"/> where many streams are among the loads and
    /// they do not say.
    /// </summary>
    public EngineOptions Baseline { get; init; } = new();

    /// <summary>
    /// The loads to be fast with; of several the geometric mean of the gains counts. Default: one stream and prompts.
    /// </summary>
    public ImmutableArray<Workload> Workloads { get; init; } = [Workload.OneStream, Workload.Prompts];

    /// <summary>Tokens of the prompt that is read, at least 1; the context if that is less. Default: 512.</summary>
    public int PromptTokens { get; init; } = 512;

    /// <summary>Tokens that each text gets one by one, at least 1. Default: 32.</summary>
    public int DecodeTokens { get; init; } = 32;

    /// <summary>
    /// Tokens that each text has before those, at least 0: attention takes longer the more there are. Default: 256.
    /// </summary>
    public int TextTokens { get; init; } = 256;

    /// <summary>Texts at once in a load of many streams, from 2 to 256. Default: 16.</summary>
    public int Streams { get; init; } = 16;

    /// <summary>
    /// Types that keys and values may be stored in besides those of the baseline. Fewer bits cost accuracy. Default: none.
    /// </summary>
    public ImmutableArray<KvCacheType> CacheTypes { get; init; } = [];

    /// <summary>
    /// Weights that the model may be quantized to at load. They change what it answers: which of them is good enough a quality
    /// report says, not this. Default: none, the weights stay as they are.
    /// </summary>
    public ImmutableArray<LoadTimeQuantization> Weights { get; init; } = [];

    /// <summary>
    /// How long it may take, loading left out: the search two thirds of it, the comparison at its end the rest. The search takes a
    /// few turns at least, and the comparison three rounds, whatever the time. Default: 5 minutes.
    /// </summary>
    public TimeSpan TimeBudget { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The most settings that are tried at the start, at least 2. Default: 48.</summary>
    public int StartCount { get; init; } = 48;

    /// <summary>How often the last few settings are compared with the baseline, from 3 to 1,000. Default: 9.</summary>
    public int FinalRounds { get; init; } = 9;

    /// <summary>What decides which settings are tried where not all are, and in which order. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The baseline, with the requests at a time that the loads need.</summary>
    internal EngineOptions FullBaseline => Workloads.Contains(Workload.ManyStreams)
        ? Baseline with { MaxSequences = Baseline.MaxSequences ?? Streams }
        : Baseline;

    internal IEnumerable<string> Faults()
    {
        const string owner = nameof(TuningOptions);
        return [
            .. Baseline.Faults(),
            .. Workloads.IsDefaultOrEmpty
                ? [$"{owner}.{nameof(Workloads)} was empty; at least one load is needed."]
                : Workloads.SelectMany(load => Fault.Undefined(owner, nameof(Workloads), load)),
            .. Fault.OutOfRange<int>(owner, nameof(PromptTokens), PromptTokens, 1, 1 << 20),
            .. Fault.OutOfRange<int>(owner, nameof(DecodeTokens), DecodeTokens, 1, 1 << 20),
            .. Fault.OutOfRange<int>(owner, nameof(TextTokens), TextTokens, 0, 1 << 20),
            .. Fault.OutOfRange<int>(owner, nameof(Streams), Streams, 2, EngineOptions.MaxSequencesLimit),
            .. CacheTypes.IsDefault
                ? [$"{owner}.{nameof(CacheTypes)} was not set."]
                : CacheTypes.SelectMany(type => Fault.Undefined(owner, nameof(CacheTypes), type)),
            .. Weights.IsDefault || Weights.Contains(null!)
                ? [$"{owner}.{nameof(Weights)} was not set, or holds null."]
                : Weights.SelectMany(weights => weights.Faults()),
            .. TimeBudget > TimeSpan.Zero
                ? Array.Empty<string>()
                : [$"{owner}.{nameof(TimeBudget)} was {TimeBudget}; it must be above zero."],
            .. Fault.OutOfRange<int>(owner, nameof(StartCount), StartCount, 2, 1 << 20),
            .. Fault.OutOfRange<int>(owner, nameof(FinalRounds), FinalRounds, 3, 1000),
        ];
    }
}
