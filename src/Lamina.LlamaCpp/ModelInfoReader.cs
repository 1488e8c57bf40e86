using Lamina.Gguf;
using Lamina.LlamaCpp.Interop;
using Lamina.Runtime;

namespace Lamina.LlamaCpp;

/// <summary>Describes a loaded model, mostly from its file's header.</summary>
internal static class ModelInfoReader
{
    /// <summary>Describes a model.</summary>
    /// <param name="parts">The headers of its files, the one with the metadata first.</param>
    /// <param name="handle">The model.</param>
    /// <param name="vocabularySize">Number of tokens in its vocabulary.</param>
    public static ModelInfo Read(IReadOnlyList<GgufFile> parts, ModelHandle handle, int vocabularySize)
    {
        var header = GgufModelInfo.Read(parts);
        return header with
        {
            ParameterCount = (long)Native.llama_model_n_params(handle),
            SizeBytes = (long)Native.llama_model_size(handle),
            ContextLength = Native.llama_model_n_ctx_train(handle),
            EmbeddingLength = Native.llama_model_n_embd_out(handle),
            VocabularySize = vocabularySize,
            Memory = Memory(header.Architecture, handle),
            Fingerprint = GgufFingerprint.Compute(parts),
            CanGenerate = header.CanGenerate && Native.llama_model_has_decoder(handle),
        };
    }

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

    /// <summary>
    /// Whether keys in few bits can be turned to new positions: native code turns them back by a matrix that it has for
    /// heads of 64, 128 and so on alone, and that is of whole heads. Elsewhere it computes nonsense, or crashes.
    /// </summary>
    public static bool CanTurnQuantizedKeys(GgufFile file, KvCacheShape shape)
    {
        var key = $"{file.Architecture}.rope.dimension_count";
        var turned = file.Metadata.TryGetInt64(key, out var count) ? count : shape.KeyLength;
        return LlamaDecoder.MixesHeads && shape.KeyLength > 0 && shape.KeyLength % 64 == 0 && turned == shape.KeyLength;
    }

    private static MemoryKind Memory(string architecture, ModelHandle handle) => architecture switch
    {
        // Attention over compressed blocks, which cannot be taken apart again; llama.cpp says nothing of it.
        "deepseek4" => MemoryKind.Hybrid,
        _ when Native.llama_model_is_recurrent(handle) => MemoryKind.Recurrent,
        _ when Native.llama_model_is_hybrid(handle) => MemoryKind.Hybrid,
        _ => Native.llama_model_n_swa(handle) > 0 ? MemoryKind.SlidingWindow : MemoryKind.Attention,
    };
}
