namespace Lamina.Runtime;

/// <summary>What a model is, from its file and from the runtime that loaded it.</summary>
public sealed record ModelInfo
{
    /// <summary>The name that its file gives it, or the file's own name.</summary>
    public required string Name { get; init; }

    /// <summary>The architecture's name in GGUF: <c>llama</c>, <c>bert</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The type of most weights: <c>Q4_K_M</c>, <c>F16</c>.</summary>
    public required string FileType { get; init; }

    /// <summary>Number of weights.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Size of the weights in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The longest context in tokens that the model was made for.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Length of an embedding vector.</summary>
    public required int EmbeddingLength { get; init; }

    /// <summary>Number of layers.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Number of tokens in the vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>What its KV cache holds.</summary>
    public required KvCacheShape KvCache { get; init; }

    /// <summary>What it keeps and computes beside that. Default: nothing known.</summary>
    public ComputeShape Compute { get; init; } = ComputeShape.None;

    /// <summary>What the model keeps of the tokens that it has read. Default: keys and values of all.</summary>
    public MemoryKind Memory { get; init; }

    /// <summary>
    /// Tells this file's weights from all others: 32 hexadecimal digits over its header and samples of its weights.
    /// </summary>
    public required string Fingerprint { get; init; }

    /// <summary>Whether the model generates text; an embedding model does not.</summary>
    public required bool CanGenerate { get; init; }

    /// <summary>Whether its embeddings are scores of how well a document answers a query.</summary>
    public bool IsReranker { get; init; }

    /// <summary>
    /// The form in which a reranking model reads a query and a document, which stand for <c>{query}</c> and
    /// <c>{document}</c> in it; null where it reads the one after the other.
    /// </summary>
    public string? RerankTemplate { get; init; }

    /// <summary>The chat template in Jinja that comes with the model, or null.</summary>
    public string? ChatTemplate { get; init; }
}
