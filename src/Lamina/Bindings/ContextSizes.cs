using System.Runtime.InteropServices;
using Lamina.Gguf;
using Lamina.Runtime;
using Lamina.Validation;

namespace Lamina.Bindings;

/// <summary>Sizes with which native code makes a context of what is asked for, and never ends the process over it.</summary>
/// <param name="Cells">Cells over all sequences.</param>
/// <param name="Batch">The most tokens of a batch.</param>
/// <param name="MicroBatch">The most tokens that it computes at once.</param>
/// <param name="Outputs">The most tokens whose logits it keeps; 0 where it pools.</param>
/// <param name="IsShared">Whether all sequences share the cells.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ContextSizes(uint Cells, uint Batch, uint MicroBatch, uint Outputs, bool IsShared)
{
    /// <summary>It rounds up to 256, and such numbers are signed in places.</summary>
    private const int MaxCells = int.MaxValue - 255;

    /// <summary>Checks what is asked for, and says with which sizes it comes about.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What is asked for.</param>
    /// <exception cref="ArgumentException">It cannot be; the message says all that is wrong.</exception>
    /// <exception cref="LaminaException">It is more than native code counts.</exception>
    public static ContextSizes Of(ModelInfo model, DecoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Fault.Throw([.. options.Faults(), .. TypeFaults(model, options), .. AttentionFaults(model, options)], nameof(options));
        if (options.CellCount > MaxCells)
        {
            throw new LaminaException("create decoder", $"A cache of {options.CellCount} cells was asked for; "
                + $"native code counts {MaxCells} at the most.");
        }

        var (cells, batch, microBatch) = ((uint)options.CellCount, (uint)options.BatchSize, (uint)options.MicroBatchSize);
        if (!options.Embeddings)
        {
            // Room for one output of each sequence is always made, and asserted to be within the limit.
            var outputs = (uint)Math.Max(options.OutputLimit, options.SequenceCount);
            return new(cells, batch, microBatch, outputs, options.KvLayout == KvLayout.Shared);
        }

        // A sequence that is cut between streams is pooled wrongly. And native code prepares for a micro-batch of
        // as many tokens in each sequence, and ends the process where it cannot be of such.
        var remainder = options.MicroBatchSize % options.SequenceCount;
        microBatch += (uint)(remainder == 0 ? 0 : options.SequenceCount - remainder);
        return new(Math.Max(cells, microBatch), Math.Max(batch, microBatch), microBatch, Outputs: 0, IsShared: true);
    }

    /// <summary>The type in GGUF's terms.</summary>
    public static TensorType Stored(KvCacheType type) => type switch
    {
        KvCacheType.Int8 => TensorType.Q8_0,
        KvCacheType.Int4 => TensorType.Q4_0,
        _ => TensorType.F16,
    };

    /// <summary>
    /// Why keys and values cannot be stored as the options say, in words. Values in few bits are read by flash attention
    /// alone, which native code has for every architecture but one.
    /// </summary>
    public static IEnumerable<string> TypeFaults(ModelInfo model, DecoderOptions options) =>
        LacksFlashAttention(model) && options.ValueCacheType != KvCacheType.F16
            ? [$"{nameof(DecoderOptions.ValueCacheType)} was {options.ValueCacheType}; values of '{model.Name}' "
                + $"({model.Architecture}) are stored as {KvCacheType.F16} alone."]
            : model.KvCache.Faults(options.KeyCacheType, options.ValueCacheType);

    /// <summary>Why attention cannot be computed as the options say, in words.</summary>
    public static IEnumerable<string> AttentionFaults(ModelInfo model, DecoderOptions options) =>
        LacksFlashAttention(model) && options.FlashAttention == FlashAttention.On
            ? [$"{nameof(DecoderOptions.FlashAttention)} was {FlashAttention.On}; there is none for '{model.Name}' "
                + $"({model.Architecture}): take {FlashAttention.Auto}."]
            : [];

    private static bool LacksFlashAttention(ModelInfo model) => model.Architecture is "grok";
}
