namespace Lamina;

/// <summary>What is done with embedding vectors.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>
    /// Whether vectors are scaled to length 1, so that their dot product is the cosine of their angle; the scores of
    /// a reranking model are never scaled. Default: true.
    /// </summary>
    public bool Normalize { get; init; } = true;
}
