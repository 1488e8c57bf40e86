using Lamina.Runtime;

namespace Lamina.Placement;

/// <summary>What a model and a decoder take of memory, worked out before anything is allocated. All of it is in bytes.</summary>
/// <remarks>
/// The KV cache is exact; of models whose layers are of several kinds, it is counted as if all of them had one where the
/// file does not say which have. What a step computes with is near what llama.cpp's graphs were seen to take. What the
/// process has anyway, and <see cref="EngineOptions.HostCacheBytes"/>, come on top of it.
/// </remarks>
public sealed record MemoryEstimate
{
    /// <summary>Cells are allocated in steps of so many.</summary>
    private const int CellStep = 256;

    /// <summary>Bytes of a token's text, and of a pair that is merged to it, in the tables of native code.</summary>
    private const int TokenBytes = 300;

    /// <summary>The weights.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>The vocabulary, with which text is cut into tokens: about so much for each.</summary>
    public long VocabularyBytes { get; init; }

    /// <summary>The keys of the KV cache, which is allocated whole.</summary>
    public required long KeyCacheBytes { get; init; }

    /// <summary>The values of the KV cache.</summary>
    public required long ValueCacheBytes { get; init; }

    /// <summary>What recurrent layers keep of the sequences.</summary>
    public long RecurrentBytes { get; init; }

    /// <summary>The logits that are kept of one batch.</summary>
    public required long OutputBytes { get; init; }

    /// <summary>What a step computes with, at the most.</summary>
    public long ComputeBytes { get; init; }

    /// <summary>All of it.</summary>
    public long TotalBytes => long.CreateSaturating((Int128)WeightBytes + VocabularyBytes + DecoderBytes);

    /// <summary>What a decoder adds to the weights.</summary>
    internal long DecoderBytes => long.CreateSaturating(
        (Int128)KeyCacheBytes + ValueCacheBytes + RecurrentBytes + OutputBytes + ComputeBytes);

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
            VocabularyBytes = (long)model.VocabularySize * TokenBytes,
            KeyCacheBytes = CacheBytes(options.KeyCacheType, shape.KeyElements, shape.WindowKeyElements),
            ValueCacheBytes = CacheBytes(options.ValueCacheType, shape.ValueElements, shape.WindowValueElements),
            RecurrentBytes = model.Compute.RecurrentElements * options.SequenceCount * sizeof(float),
            OutputBytes = (long)options.OutputLimit * model.VocabularySize * sizeof(float),
            ComputeBytes = Compute(model, options, cells, shape.Window > 0 ? windowCells : 0),
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

    /// <summary>
    /// A step takes most where it computes a layer, or at its end, where it makes logits of what was asked for; what the
    /// one has used the other uses again.
    /// </summary>
    private static long Compute(ModelInfo model, DecoderOptions options, long cells, long windowCells)
    {
        var shape = model.Compute;
        var tokens = Math.Min(options.MicroBatchSize, options.CellCount);
        var outputs = options.Embeddings ? tokens : Math.Min(tokens, Math.Max(options.OutputLimit, options.SequenceCount));

        // A mask says what each token sees of each cell. An encoder has no cells, but sees its own tokens. Flash attention
        // reads a mask of 16 bits and keeps no scores; the other way keeps those of all heads.
        var isFlash = options.FlashAttention != FlashAttention.Off;
        var seen = model.KvCache == KvCacheShape.None ? tokens : cells;
        var mask = shape.HeadCount > 0 ? (Int128)(isFlash ? sizeof(short) : sizeof(float)) * (seen + windowCells) : 0;
        var scores = isFlash ? 0 : sizeof(float) * (shape.AttentionWidth + ((Int128)shape.HeadCount * Math.Max(seen, windowCells)));
        var layer = tokens * (mask + Int128.Max(sizeof(float) * shape.LayerWidth, scores));
        var spread = (outputs < tokens ? 2 * outputs : 0) + (2 * tokens);
        var logits = shape.HasLogits ? ((Int128)outputs * model.VocabularySize) + (spread * (Int128)model.EmbeddingLength) : 0;
        return long.CreateSaturating(Int128.Max(layer, sizeof(float) * logits));
    }

    private static long RoundUp(long cells) => (cells + CellStep - 1) / CellStep * CellStep;
}
