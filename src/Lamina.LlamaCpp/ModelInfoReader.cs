using System.Globalization;
using Lamina.Gguf;
using Lamina.LlamaCpp.Interop;
using Lamina.Runtime;

namespace Lamina.LlamaCpp;

/// <summary>Describes a loaded model, mostly from its file's header.</summary>
internal static class ModelInfoReader
{
    private const int RankPooling = 4;

    /// <summary>Describes a model.</summary>
    /// <param name="parts">The headers of its files, the one with the metadata first.</param>
    /// <param name="handle">The model.</param>
    /// <param name="vocabularySize">Number of tokens in its vocabulary.</param>
    public static ModelInfo Read(IReadOnlyList<GgufFile> parts, ModelHandle handle, int vocabularySize) =>
        Read(parts[0], handle, vocabularySize) with { Fingerprint = GgufFingerprint.Compute(parts) };

    private static ModelInfo Read(GgufFile file, ModelHandle handle, int vocabularySize) => new()
    {
        Name = file.Name ?? Path.GetFileNameWithoutExtension(file.Path),
        Architecture = file.Architecture,
        FileType = file.FileType?.ToString() ?? "unknown",
        ParameterCount = (long)Native.llama_model_n_params(handle),
        SizeBytes = (long)Native.llama_model_size(handle),
        ContextLength = Native.llama_model_n_ctx_train(handle),
        EmbeddingLength = Native.llama_model_n_embd_out(handle),
        LayerCount = (int)(file.BlockCount ?? 0),
        VocabularySize = vocabularySize,
        KvElementsPerToken = KvElementsPerToken(file),
        Memory = Memory(file, handle),
        Fingerprint = "",
        CanGenerate = Native.llama_model_has_decoder(handle) && !IsEmbeddingModel(file),
        IsReranker = Pooling(file) == RankPooling,
        RerankTemplate = file.Metadata.GetString("tokenizer.chat_template.rerank"),
        ChatTemplate = file.Metadata.GetString("tokenizer.chat_template"),
    };

    /// <summary>Whether the file says how it pools embeddings, or that tokens see those after them.</summary>
    private static bool IsEmbeddingModel(GgufFile file) =>
        Pooling(file) > 0
        || (file.Metadata.TryGetBoolean($"{file.Architecture}.attention.causal", out var causal) && !causal);

    /// <summary>How the file says that embeddings are pooled, or 0 where it says nothing.</summary>
    public static int Pooling(GgufFile file) =>
        file.Metadata.TryGetInt64($"{file.Architecture}.pooling_type", out var pooling) ? (int)pooling : 0;

    /// <summary>
    /// The size of a cache above which keys are turned by the long factors that the file brings (LongRoPE), or null.
    /// </summary>
    public static long? LongRopeContext(IReadOnlyList<GgufFile> parts)
    {
        var file = parts[0];
        var hasFactors = parts.Any(part => part.Tensors.Any(
            tensor => tensor.Name.Contains("rope_factors_long", StringComparison.Ordinal)));
        var key = $"{file.Architecture}.rope.scaling.original_context_length";
        return hasFactors ? file.Metadata.TryGetInt64(key, out var original) ? original : file.ContextLength : null;
    }

    private static MemoryKind Memory(GgufFile file, ModelHandle handle) => file.Architecture switch
    {
        // Attention over compressed blocks, which cannot be taken apart again; llama.cpp says nothing of it.
        "deepseek4" => MemoryKind.Hybrid,
        _ when Native.llama_model_is_recurrent(handle) => MemoryKind.Recurrent,
        _ when Native.llama_model_is_hybrid(handle) => MemoryKind.Hybrid,
        _ => Native.llama_model_n_swa(handle) > 0 ? MemoryKind.SlidingWindow : MemoryKind.Attention,
    };

    private static long KvElementsPerToken(GgufFile file)
    {
        var heads = Number("attention.head_count", 0);
        var headLength = heads > 0 ? (file.EmbeddingLength ?? 0) / heads : 0;
        var perHead = Number("attention.key_length", headLength) + Number("attention.value_length", headLength);
        var total = 0L;
        for (var layer = 0; layer < (file.BlockCount ?? 0); layer++)
        {
            total += perHead * Number("attention.head_count_kv", heads, layer);
        }

        return total;

        long Number(string key, long otherwise, int index = 0)
        {
            if (!file.Metadata.TryGetValue(
                string.Create(CultureInfo.InvariantCulture, $"{file.Architecture}.{key}"), out var value))
            {
                return otherwise;
            }

            return value.TryGetInt64(out var number, value.IsArray ? index : 0) ? number : otherwise;
        }
    }
}
