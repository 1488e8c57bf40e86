using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

/// <summary>The C API of llama.cpp, one file for each area of its headers. This file: start-up, log, defaults.</summary>
internal static unsafe partial class Native
{
    private const string Llama = NativeLibraries.Llama;
    private const string Ggml = NativeLibraries.Ggml;
    private const string GgmlBase = NativeLibraries.GgmlBase;

    [LibraryImport(Llama)]
    public static partial byte* llama_version();

    [LibraryImport(Llama)]
    public static partial void llama_backend_init();

    [LibraryImport(Llama)]
    public static partial void llama_numa_init(int strategy);

    [LibraryImport(Llama)]
    public static partial void llama_log_set(delegate* unmanaged[Cdecl]<int, byte*, nint, void> callback, nint userData);

    [LibraryImport(Llama)]
    public static partial LlamaModelParams llama_model_default_params();

    [LibraryImport(Llama)]
    public static partial LlamaContextParams llama_context_default_params();

    [LibraryImport(Ggml)]
    public static partial nint ggml_backend_load([MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [LibraryImport(GgmlBase)]
    public static partial GgmlThreadPoolParams ggml_threadpool_params_default(int threads);
}
