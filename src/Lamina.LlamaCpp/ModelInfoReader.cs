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

    private static MemoryKind Memory(string architecture, ModelHandle handle) => architecture switch
    {
        // Attention over compressed blocks, which cannot be taken apart again; llama.cpp says nothing of it.
        "deepseek4" => MemoryKind.Hybrid,
        _ when Native.llama_model_is_recurrent(handle) => MemoryKind.Recurrent,
        _ when Native.llama_model_is_hybrid(handle) => MemoryKind.Hybrid,
        _ => Native.llama_model_n_swa(handle) > 0 ? MemoryKind.SlidingWindow : MemoryKind.Attention,
    };
}
