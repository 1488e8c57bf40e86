using Lamina.Placement;
using Lamina.Runtime;
using Microsoft.Extensions.Logging;

namespace Lamina;

/// <summary>Works out a decoder's sizes from the model and the options, and refuses what cannot be.</summary>
internal static class DecoderPlan
{
    /// <summary>The sequences of an engine whose options do not say.</summary>
    public const int DefaultMaxSequences = 4;

    private const int DefaultContextSize = 4096;

    /// <summary>A context that is left open is not made shorter than this where memory is short.</summary>
    private const int LeastContextSize = 512;

    /// <summary>Cells are allocated in steps of so many.</summary>
    private const int ContextStep = 256;

    /// <summary>The most sequences that share their cells by default: more slow each other down.</summary>
    private const int MostSharing = 4;

    private const long MostHostCacheBytes = 1 << 30;
    private const int DefaultBatchSize = 2048;
    private const int DefaultMicroBatchSize = 512;

    /// <summary>Texts that are pooled together: short ones fill a batch, and each costs next to nothing.</summary>
    private const int EmbeddingSequences = 16;

    /// <summary>Tokens of one batch whose logits are kept: 25 MB at 49,152 tokens.</summary>
    private const int ScoredTokens = 128;

    /// <summary>The bytes of host memory for states where the options do not say.</summary>
    public static long DefaultHostCacheBytes =>
        Math.Min(MostHostCacheBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8);

    /// <summary>The most tokens of a sequence.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The options ask for more than the model has.</exception>
    public static int ContextSize(ModelInfo model, EngineOptions options)
    {
        // A model without a limit of its own, such as a recurrent one, may still write a number there.
        var most = model.ContextLength > 0 ? model.ContextLength : int.MaxValue;
        var asked = options.ContextSize ?? Math.Min(most, DefaultContextSize);
        return asked <= most
            ? asked
            : throw new ArgumentOutOfRangeException(
                nameof(options),
                asked,
                $"EngineOptions.ContextSize was {asked}; '{model.Name}' was made for {most} tokens at the most.");
    }

    /// <summary>
    /// The options with a shorter context, where they leave it open and what is usual does not fit in memory; else as they
    /// are.
    /// </summary>
    public static EngineOptions FitContext(ModelInfo model, EngineOptions options, ILogger logger)
    {
        var usual = options.ContextSize is null ? ContextSize(model, options) : 0;
        var allowed = options.MemoryLimit ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        for (var size = usual; size >= LeastContextSize; size = size * 3 / 4 / ContextStep * ContextStep)
        {
            var fitting = size == usual ? options : options with { ContextSize = size };
            if (MemoryEstimate.Of(model, ForLoad(model, fitting)).TotalBytes <= allowed)
            {
                if (size < usual)
                {
                    logger.LogWarning(
                        "{Model}: the context is {Size} instead of {Usual} tokens, since more does not fit in memory.", model.Name, size, usual);
                }

                return fitting;
            }
        }

        return options;
    }

    /// <summary>The sizes of a decoder. The one for embeddings stands beside the one for text, if there is one.</summary>
    /// <exception cref="MemoryLimitException">It does not fit in memory.</exception>
    public static DecoderOptions Create(ModelInfo model, EngineOptions options, bool embeddings)
    {
        var text = ForText(model, options);
        var plan = embeddings ? ForEmbeddings(text) : text;
        var besides = embeddings && model.CanGenerate ? MemoryEstimate.Of(model, text).DecoderBytes : 0;
        MemoryEstimate.ThrowIfTooLarge(model, plan, besides, options.MemoryLimit);
        return plan;
    }

    /// <summary>The sizes of the decoder that is made at load, whether or not it fits in memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The options ask for more than the model has.</exception>
    public static DecoderOptions ForLoad(ModelInfo model, EngineOptions options)
    {
        var text = ForText(model, options);
        return model.CanGenerate ? text : ForEmbeddings(text);
    }

    /// <summary>The layout of the KV cache that the options ask for, or leave to be chosen.</summary>
    public static KvLayout Layout(EngineOptions options) => options.KvLayout != KvLayout.Auto ? options.KvLayout
        : (options.MaxSequences ?? DefaultMaxSequences) > MostSharing ? KvLayout.PerSequence
        : KvLayout.Shared;

    /// <summary>The sizes of the decoder for text, whether or not it fits in memory.</summary>
    public static DecoderOptions ForText(ModelInfo model, EngineOptions options)
    {
        var contextSize = ContextSize(model, options);
        var (threads, batchThreads) = Threads(options);
        var sequences = options.MaxSequences ?? DefaultMaxSequences;
        var layout = Layout(options);
        var separate = contextSize * (long)sequences;
        var batchSize = (int)Math.Max(
            Math.Min(options.BatchSize ?? DefaultBatchSize, contextSize * (long)sequences), sequences);
        return new()
        {
            ContextSize = contextSize,
            SequenceCount = sequences,
            KvLayout = layout,
            CellCount = layout == KvLayout.Shared ? Math.Max(options.CacheTokens ?? separate, contextSize) : separate,
            KeyCacheType = options.KeyCacheType,
            ValueCacheType = options.ValueCacheType,
            FlashAttention = options.FlashAttention,
            BatchSize = batchSize,
            MicroBatchSize = Math.Min(options.MicroBatchSize ?? DefaultMicroBatchSize, batchSize),
            OutputLimit = Math.Min(Math.Max(sequences, ScoredTokens), batchSize),
            Threads = threads,
            KvOnDevice = options.Devices?.KvOnDevice ?? true,
            BatchThreads = batchThreads,
            Cpu = Cpu(options),
        };
    }

    /// <summary>What this machine does not have of where the options put threads and memory, in words.</summary>
    public static IEnumerable<string> CpuFaults(EngineOptions options)
    {
        var (threads, batchThreads) = Threads(options);
        return options.Cpu is { } cpu ? CpuTopology.Current.Faults(cpu, Math.Max(threads, batchThreads)) : [];
    }

    /// <summary>Where threads and memory are, with as many CPUs as threads where these are pinned.</summary>
    public static CpuPlacement? Cpu(EngineOptions options)
    {
        var (threads, batchThreads) = Threads(options);
        return options.Cpu is { } cpu ? CpuTopology.Current.Spread(cpu, Math.Max(threads, batchThreads)) : null;
    }

    private static (int Threads, int BatchThreads) Threads(EngineOptions options)
    {
        var threads = options.Threads ?? CpuTopology.Current.GetDefaultThreads(options.Cpu?.Affinity);
        return (threads, options.BatchThreads ?? threads);
    }

    /// <summary>
    /// A text is pooled right only where one micro-batch holds it whole. No batch holds more texts than tokens.
    /// </summary>
    private static DecoderOptions ForEmbeddings(DecoderOptions text) => text with
    {
        SequenceCount = Math.Min(Math.Max(text.SequenceCount, EmbeddingSequences), text.ContextSize),
        KvLayout = KvLayout.Shared,
        CellCount = text.ContextSize,
        BatchSize = text.ContextSize,
        MicroBatchSize = text.ContextSize,
        OutputLimit = text.ContextSize,
        Embeddings = true,
    };
}
