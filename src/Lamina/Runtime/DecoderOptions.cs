namespace Lamina.Runtime;

/// <summary>Sizes of a decoder. The engine has checked them before a runtime sees them.</summary>
public sealed record DecoderOptions
{
    /// <summary>The longest sequence, in tokens.</summary>
    public required int ContextSize { get; init; }

    /// <summary>The most sequences at a time.</summary>
    public required int SequenceCount { get; init; }

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

    /// <summary>Whether the decoder pools embeddings instead of giving logits.</summary>
    public bool Embeddings { get; init; }
}
