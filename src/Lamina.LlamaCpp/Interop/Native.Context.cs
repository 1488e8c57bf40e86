using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

internal static unsafe partial class Native
{
    [LibraryImport(Llama)]
    public static partial ContextHandle llama_init_from_model(ModelHandle model, LlamaContextParams parameters);

    [LibraryImport(Llama)]
    public static partial void llama_free(nint context);

    [LibraryImport(Llama)]
    public static partial void llama_attach_threadpool(
        ContextHandle context, ThreadPoolHandle pool, ThreadPoolHandle batchPool);

    [LibraryImport(Llama)]
    public static partial uint llama_n_ctx_seq(ContextHandle context);

    [LibraryImport(Llama)]
    public static partial int llama_pooling_type(ContextHandle context);

    [LibraryImport(Llama)]
    public static partial int llama_decode(ContextHandle context, LlamaBatch batch);

    [LibraryImport(Llama)]
    public static partial float* llama_get_logits_ith(ContextHandle context, int index);

    [LibraryImport(Llama)]
    public static partial float* llama_get_embeddings_seq(ContextHandle context, int sequence);
}
