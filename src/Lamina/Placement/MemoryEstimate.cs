using Lamina.Runtime;

namespace Lamina.Placement;

/// <summary>What a model and a decoder take of memory, worked out before anything is allocated. All of it is in bytes.</summary>
/// <remarks>
/// What a step computes with comes on top of it. Of models whose layers are of several kinds, the KV cache is counted as
/// if all of them had one where the file does not say which have.
/// </remarks>
public sealed record MemoryEstimate
{
    /// <summary>Cells are allocated in steps of so many.</summary>
    private const int CellStep = 256;

    /// <summary>The weights.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>The keys of the KV cache, which is allocated whole.</summary>
    public required long KeyCacheBytes { get; init; }

    /// <summary>The values of the KV cache.</summary>
    public required long ValueCacheBytes { get; init; }

    /// <summary>The logits that are kept of one batch.</summary>
    public required long OutputBytes { get; init; }

    /// <summary>All of it.</summary>
    public long TotalBytes => long.CreateSaturating((Int128)WeightBytes + DecoderBytes);

    /// <summary>What a decoder adds to the weights.</summary>
    internal long DecoderBytes => long.CreateSaturating((Int128)KeyCacheBytes + ValueCacheBytes + OutputBytes);

    /// <summary>What a decoder takes beside the weights.</summary>
    internal static MemoryEstimate Of(ModelInfo model, DecoderOptions options)
    {
        var shape = model.KvCache;
        var (streams, sharing) = options.KvLayout == KvLayout.Shared ? (1, options.SequenceCount) : (options.SequenceCount, 1);
        var cells = RoundUp(options.CellCount / streams);

        // A window's cells are reused, but not within what is computed at once.
        var computed = Math.Min(options.MicroBatchSize, cells * streams);
        var windowCells = RoundUp(Math.Min(cells, ((long)shape.Window * sharing) + computed));
        return new()
        {
            WeightBytes = model.SizeBytes,
            KeyCacheBytes = CacheBytes(options.KeyCacheType, shape.KeyElements, shape.WindowKeyElements),
            ValueCacheBytes = CacheBytes(options.ValueCacheType, shape.ValueElements, shape.WindowValueElements),
            OutputBytes = (long)options.OutputLimit * model.VocabularySize * sizeof(float),
        };

        long CacheBytes(KvCacheType type, long elements, long windowElements) => long.CreateSaturating(
            streams * ((cells * type.Bytes(elements)) + (windowCells * type.Bytes(windowElements))));
    }

    /// <summary>Refuses a decoder that does not fit beside the model's weights.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The decoder's sizes.</param>
    /// <param name="besides">Bytes that another decoder of the model has.</param>
    /// <param name="limit">The most bytes, or null for what the process may use at all.</param>
    /// <exception cref="MemoryLimitException">It does not fit.</exception>
    internal static void ThrowIfTooLarge(ModelInfo model, DecoderOptions options, long besides, long? limit)
    {
        var allowed = limit ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var required = long.CreateSaturating((Int128)Of(model, options).TotalBytes + besides);
        if (required > allowed)
        {
            throw new MemoryLimitException(
                "create decoder",
                $"{options.SequenceCount} sequences of {options.ContextSize} tokens do not fit beside the weights of "
                + $"'{model.Name}'; lower EngineOptions.ContextSize or EngineOptions.MaxSequences, or store keys and values "
                + "in fewer bits (EngineOptions.KeyCacheType, EngineOptions.ValueCacheType).",
                required,
                allowed);
        }
    }

    private static long RoundUp(long cells) => (cells + CellStep - 1) / CellStep * CellStep;
}
