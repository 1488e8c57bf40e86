using Lamina.Placement;
using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Scheduling;
using Lamina.Validation;

namespace Lamina;

/// <summary>Sizes and threads of an engine. Null stands for the default.</summary>
public sealed record EngineOptions
{
    /// <summary>The most sequences that an engine takes.</summary>
    internal const int MaxSequencesLimit = 256;

    /// <summary>
    /// The most tokens of prompt and answer together, for each sequence: from 1 to the model's own context length.
    /// Default: the model's, but no more than 4,096. Memory for it is taken at load.
    /// </summary>
    public int? ContextSize { get; init; }

    /// <summary>The most requests that run at a time, from 1 to 256; others wait their turn. Default: 4.</summary>
    public int? MaxSequences { get; init; }

    /// <summary>
    /// How the KV cache is divided between sequences. Default: <see cref="KvLayout.Auto"/>, cells of its own for each
    /// of more than 4 sequences, shared ones otherwise; <see cref="InferenceEngine.KvLayout"/> says what came of it.
    /// </summary>
    public KvLayout KvLayout { get; init; }

    /// <summary>
    /// Tokens that the KV cache holds over all sequences, where they share it: at least <see cref="ContextSize"/>. It
    /// may be less than all sequences together could take: what finds no room waits in host memory. Default:
    /// <see cref="ContextSize"/> × <see cref="MaxSequences"/>. In the per-sequence layout it is always that.
    /// </summary>
    public int? CacheTokens { get; init; }

    /// <summary>
    /// How the KV cache stores keys. Fewer bits make room for more tokens: <see cref="InferenceEngine.EstimateMemory"/>
    /// says how much. They cost accuracy, of keys more than of values, and time, of values more than of keys: on a
    /// processor, prompts that follow on thousands of tokens take several times as long, since its fast attention reads
    /// 16 bits of both alone. Default: <see cref="KvCacheType.F16"/>. Not for models without a KV cache, nor for heads
    /// that are no multiple of 32 wide. Keys in fewer bits can be shifted where heads are a multiple of 64 wide and turn
    /// as a whole.
    /// </summary>
    public KvCacheType KeyCacheType { get; init; }

    /// <summary>How the KV cache stores values; as <see cref="KeyCacheType"/>.</summary>
    public KvCacheType ValueCacheType { get; init; }

    /// <summary>
    /// Whether attention is computed without writing down each token's weight for each other. Default:
    /// <see cref="FlashAttention.Auto"/>, wherever it can be. <see cref="FlashAttention.Off"/> is faster in some loads, such as
    /// a few tokens at a time on a long context: <see cref="Tuning.EngineTuner"/> finds out. Sessions and states that were
    /// saved with another setting are refused.
    /// </summary>
    public FlashAttention FlashAttention { get; init; }

    /// <summary>
    /// The most bytes of host memory for what is not in the KV cache: sequences that make way for others, and beginnings
    /// of prompts; what does not fit is computed again. At least 0. Default: an eighth of what the process may use, but
    /// no more than 1 GiB. <see cref="MemoryLimit"/> does not count it.
    /// </summary>
    public long? HostCacheBytes { get; init; }

    /// <summary>
    /// Whether a prompt that begins as an earlier one of the same tenant goes on from there. Default: true.
    /// </summary>
    public bool PrefixCache { get; init; } = true;

    /// <summary>Whose turn is next, where not all can run at once. Default: first come, first served.</summary>
    public ISchedulingPolicy? Scheduling { get; init; }

    /// <summary>The most tokens computed in one step, at least 1. Default: 2,048.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The most tokens computed at once within a step, at least 1. Default: 512.</summary>
    public int? MicroBatchSize { get; init; }

    /// <summary>
    /// Threads for single tokens, from 1 to 512. Default: the physical cores that the process may use, those of
    /// <see cref="CpuPlacement.Affinity"/> where it is given, and no more than its CPU quota pays for, as
    /// <see cref="CpuTopology.GetDefaultThreads"/> says.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>Threads for prompts, from 1 to 512. Default: as <see cref="Threads"/>.</summary>
    public int? BatchThreads { get; init; }

    /// <summary>
    /// Where the engine's threads run and its memory is, and how the threads wait. Default: null, as the system likes.
    /// </summary>
    public CpuPlacement? Cpu { get; init; }

    /// <summary>
    /// Which devices compute the model, and how much of it. Default: null, <see cref="DevicePlacement.Auto"/>: GPUs where
    /// there are any and the model fits, else the CPU. <see cref="InferenceEngine.PlanPlacementAsync"/> says beforehand what
    /// comes of it.
    /// </summary>
    public DevicePlacement? Devices { get; init; }

    /// <summary>
    /// The most memory in bytes that weights and context may take together in the machine's own memory; more is refused
    /// before it is allocated.
    /// Default: what the process may use, by the machine's size and its container's limit.
    /// </summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Whether every weight is checked for being a valid number while loading. Default: false.</summary>
    public bool CheckTensors { get; init; }

    /// <summary>
    /// Quantizes the model when it is loaded, once, into a cache. Default: null, it is loaded as it is.
    /// </summary>
    public LoadTimeQuantization? Quantization { get; init; }

    /// <summary>The options of requests that bring none. Default: those of <see cref="GenerationOptions"/>.</summary>
    public GenerationOptions? Generation { get; init; }

    /// <summary>
    /// The samplers that <see cref="SamplingOptions.Order"/> can name. Default: null, those of
    /// <see cref="SamplerCatalog.BuiltIn"/>.
    /// </summary>
    public SamplerCatalog? Samplers { get; init; }

    internal IEnumerable<string> Faults()
    {
        const string owner = nameof(EngineOptions);
        return [
            .. Fault.OutOfRange(owner, nameof(ContextSize), ContextSize, 1, int.MaxValue),
            .. Fault.OutOfRange(owner, nameof(MaxSequences), MaxSequences, 1, MaxSequencesLimit),
            .. Fault.Undefined(owner, nameof(KvLayout), KvLayout),
            .. Fault.Undefined(owner, nameof(KeyCacheType), KeyCacheType),
            .. Fault.Undefined(owner, nameof(ValueCacheType), ValueCacheType),
            .. FlashAttention.Faults(owner, ValueCacheType),
            .. Fault.OutOfRange(owner, nameof(CacheTokens), CacheTokens, ContextSize ?? 1, int.MaxValue),
            .. Fault.OutOfRange(owner, nameof(HostCacheBytes), HostCacheBytes, 0, long.MaxValue),
            .. Fault.OutOfRange(owner, nameof(BatchSize), BatchSize, 1, 1 << 20),
            .. Fault.OutOfRange(owner, nameof(MicroBatchSize), MicroBatchSize, 1, 1 << 20),
            .. Fault.OutOfRange(owner, nameof(Threads), Threads, 1, 512),
            .. Fault.OutOfRange(owner, nameof(BatchThreads), BatchThreads, 1, 512),
            .. Cpu?.Faults() ?? [],
            .. Fault.OutOfRange(owner, nameof(MemoryLimit), MemoryLimit, 1, long.MaxValue),
            .. Devices?.Faults() ?? [],
            .. Devices?.Split == DeviceSplit.Tensor && FlashAttention == FlashAttention.Off
                ? [$"{owner}.{nameof(FlashAttention)} was {FlashAttention.Off}; devices that divide every layer ({nameof(DeviceSplit)}."
                    + $"{nameof(DeviceSplit.Tensor)}) compute attention in no other way than with it."]
                : Array.Empty<string>(),
            .. Quantization?.Faults() ?? [],
            .. Generation?.Faults(catalog: Samplers) ?? [],
        ];
    }
}
