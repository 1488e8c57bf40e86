using Lamina.Gguf;
using Lamina.Runtime;

namespace Lamina;

/// <summary>Describes a model by the headers of its files alone.</summary>
internal static class GgufModelInfo
{
    private const int RankPooling = 4;

    /// <summary>Describes a model, without its fingerprint, and as if its memory were of the common kind.</summary>
    /// <param name="parts">The headers of its files, the one with the metadata first.</param>
    public static ModelInfo Read(IReadOnlyList<GgufFile> parts)
    {
        var file = parts[0];
        return new()
        {
            Name = file.Name ?? Path.GetFileNameWithoutExtension(file.Path),
            Architecture = file.Architecture,
            FileType = file.FileType?.ToString() ?? "unknown",
            ParameterCount = parts.Sum(part => part.ParameterCount),
            SizeBytes = parts.Sum(part => part.TensorBytes),
            ContextLength = (int)(file.ContextLength ?? 0),
            EmbeddingLength = (int)(file.EmbeddingLength ?? 0),
            LayerCount = (int)(file.BlockCount ?? 0),
            VocabularySize = (int)(file.VocabularySize ?? 0),
            KvCache = new KvCacheShapeReader(file).Read(),
            Compute = new ComputeShapeReader(parts).Read(),
            Fingerprint = "",
            CanGenerate = !IsEmbeddingModel(file),
            IsReranker = Pooling(file) == RankPooling,
            RerankTemplate = file.Metadata.GetString("tokenizer.chat_template.rerank"),
            ChatTemplate = file.Metadata.GetString("tokenizer.chat_template"),
        };
    }

    /// <summary>How the file says that embeddings are pooled, or 0 where it says nothing.</summary>
    public static int Pooling(GgufFile file) =>
        file.Metadata.TryGetInt64($"{file.Architecture}.pooling_type", out var pooling) ? (int)pooling : 0;

    /// <summary>Whether it is an encoder, which computes a text at once and keeps nothing of it.</summary>
    public static bool IsEncoder(GgufFile file) =>
        file.Architecture.Contains("bert", StringComparison.Ordinal) || file.Architecture is "gemma-embedding";

    /// <summary>Whether the file says how it pools embeddings, or that tokens see those after them.</summary>
    private static bool IsEmbeddingModel(GgufFile file) =>
        Pooling(file) > 0
        || (file.Metadata.TryGetBoolean($"{file.Architecture}.attention.causal", out var causal) && !causal);
}
