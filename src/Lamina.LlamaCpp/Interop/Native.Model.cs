using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

internal static unsafe partial class Native
{
    [LibraryImport(Llama)]
    public static partial ModelHandle llama_model_load_from_file(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path, LlamaModelParams parameters);

    [LibraryImport(Llama)]
    public static partial void llama_model_free(nint model);

    [LibraryImport(Llama)]
    public static partial nint llama_model_get_vocab(ModelHandle model);

    [LibraryImport(Llama)]
    public static partial ulong llama_model_size(ModelHandle model);

    [LibraryImport(Llama)]
    public static partial ulong llama_model_n_params(ModelHandle model);

    [LibraryImport(Llama)]
    public static partial int llama_model_n_ctx_train(ModelHandle model);

    [LibraryImport(Llama)]
    public static partial int llama_model_n_embd_out(ModelHandle model);

    [LibraryImport(Llama)]
    public static partial uint llama_model_n_cls_out(ModelHandle model);

    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool llama_model_has_encoder(ModelHandle model);

    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool llama_model_has_decoder(ModelHandle model);

    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool llama_model_is_diffusion(ModelHandle model);

    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool llama_model_is_recurrent(ModelHandle model);

    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool llama_model_is_hybrid(ModelHandle model);

    [LibraryImport(Llama)]
    public static partial int llama_model_n_swa(ModelHandle model);

    [LibraryImport(Llama)]
    public static partial int llama_model_rope_type(ModelHandle model);
}
