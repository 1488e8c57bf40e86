using Lamina.Validation;

namespace Lamina.Runtime;

/// <summary>Sizes of a decoder.</summary>
public sealed record DecoderOptions
{
    /// <summary>The longest sequence, in tokens.</summary>
    public required int ContextSize { get; init; }

    /// <summary>The most sequences at a time.</summary>
    public required int SequenceCount { get; init; }

    /// <summary>How the KV cache is divided: not <see cref="KvLayout.Auto"/>. Default: per sequence.</summary>
    public KvLayout KvLayout { get; init; } = KvLayout.PerSequence;

    /// <summary>
    /// Tokens that the KV cache holds, over all sequences: <see cref="ContextSize"/> × <see cref="SequenceCount"/>
    /// where each has its own cells; where they share them, at least <see cref="ContextSize"/>.
    /// </summary>
    public required long CellCount { get; init; }

    /// <summary>How keys are stored. Default: <see cref="KvCacheType.F16"/>.</summary>
    public KvCacheType KeyCacheType { get; init; }

    /// <summary>How values are stored. Default: <see cref="KvCacheType.F16"/>.</summary>
    public KvCacheType ValueCacheType { get; init; }

    /// <summary>Whether flash attention is used. Default: <see cref="FlashAttention.Auto"/>.</summary>
    public FlashAttention FlashAttention { get; init; }

    /// <summary>The most tokens in one batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The most tokens that the runtime computes at once; it cuts a larger batch.</summary>
    public required int MicroBatchSize { get; init; }

    /// <summary>The most tokens of one batch whose logits are kept.</summary>
    public required int OutputLimit { get; init; }

    /// <summary>Threads that decode single tokens.</summary>
    public required int Threads { get; init; }

    /// <summary>Threads that compute prompts.</summary>
    public required int BatchThreads { get; init; }

    /// <summary>
    /// Where the threads run and the memory is. The thread that creates the decoder is one of them, and stays so: give
    /// the decoder a thread of its own. Default: null, as the system likes.
    /// </summary>
    public CpuPlacement? Cpu { get; init; }

    /// <summary>Whether the decoder pools embeddings instead of giving logits.</summary>
    public bool Embeddings { get; init; }

    /// <summary>Whether the KV cache of layers that are offloaded is on their devices. Default: true.</summary>
    public bool KvOnDevice { get; init; } = true;

    /// <summary>
    /// Who sees what the weights are multiplied by. With one, each multiplication that it wants is waited for. Default:
    /// null, nobody, which costs nothing.
    /// </summary>
    public IActivationObserver? Activations { get; init; }

    /// <summary>What a runtime cannot be asked for, in words.</summary>
    internal IEnumerable<string> Faults()
    {
        const string owner = nameof(DecoderOptions);
        var isShared = KvLayout == KvLayout.Shared;
        var separate = (long)ContextSize * SequenceCount;
        return [
            .. Fault.OutOfRange<int>(owner, nameof(ContextSize), ContextSize, 1, int.MaxValue),
            .. Fault.OutOfRange<int>(owner, nameof(SequenceCount), SequenceCount, 1, 256),
            .. Fault.OutOfRange<long>(
                owner, nameof(CellCount), CellCount, isShared ? ContextSize : separate, isShared ? uint.MaxValue : separate),
            .. Fault.OutOfRange<long>(owner, nameof(CellCount), CellCount, 1, uint.MaxValue),
            .. KvLayout is KvLayout.PerSequence or KvLayout.Shared ? Array.Empty<string>()
                : [$"{owner}.{nameof(KvLayout)} was {KvLayout}; it must be {KvLayout.PerSequence} or {KvLayout.Shared}."],
            .. Fault.Undefined(owner, nameof(KeyCacheType), KeyCacheType),
            .. Fault.Undefined(owner, nameof(ValueCacheType), ValueCacheType),
            .. FlashAttention.Faults(owner, ValueCacheType),
            .. Fault.OutOfRange<int>(owner, nameof(MicroBatchSize), MicroBatchSize, 1, int.MaxValue),

            // What is pooled cannot be cut into micro-batches.
            .. Fault.OutOfRange<int>(owner, nameof(BatchSize), BatchSize, 1, Embeddings ? MicroBatchSize : int.MaxValue),
            .. Fault.OutOfRange<int>(owner, nameof(OutputLimit), OutputLimit, 1, BatchSize),
            .. Fault.OutOfRange<int>(owner, nameof(Threads), Threads, 1, 512),
            .. Fault.OutOfRange<int>(owner, nameof(BatchThreads), BatchThreads, 1, 512),
            .. Cpu?.Faults() ?? [],
        ];
    }
}
