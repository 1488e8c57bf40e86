using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

internal static unsafe partial class Native
{
    [LibraryImport(GgmlBase)]
    public static partial nuint ggml_tensor_overhead();

    [LibraryImport(GgmlBase)]
    public static partial nint ggml_init(GgmlInitParams parameters);

    [LibraryImport(GgmlBase)]
    public static partial void ggml_free(nint context);

    [LibraryImport(GgmlBase)]
    public static partial GgmlTensor* ggml_new_tensor_3d(nint context, int type, long length0, long length1, long length2);

    [LibraryImport(GgmlBase)]
    public static partial GgmlTensor* ggml_mul_mat(nint context, GgmlTensor* weight, GgmlTensor* rows);

    [LibraryImport(GgmlBase)]
    public static partial GgmlTensor* ggml_mul_mat_id(
        nint context, GgmlTensor* weight, GgmlTensor* rows, GgmlTensor* experts);

    [LibraryImport(GgmlBase)]
    public static partial nint ggml_backend_cpu_buffer_type();

    [LibraryImport(GgmlBase)]
    public static partial nint ggml_backend_alloc_ctx_tensors_from_buft(nint context, nint bufferType);

    [LibraryImport(GgmlBase)]
    public static partial void ggml_backend_buffer_free(nint buffer);

    [LibraryImport(GgmlBase)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool ggml_backend_buffer_is_host(nint buffer);

    [LibraryImport(GgmlBase)]
    public static partial void ggml_backend_tensor_get(GgmlTensor* tensor, void* data, nuint offset, nuint size);

    [LibraryImport(GgmlBase)]
    public static partial nuint ggml_nbytes(GgmlTensor* tensor);

    [LibraryImport(GgmlBase)]
    public static partial void* ggml_get_data(GgmlTensor* tensor);

    [LibraryImport(GgmlBase)]
    public static partial byte* ggml_get_name(GgmlTensor* tensor);
}
