using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

/// <content>Types of tensors.</content>
internal static unsafe partial class Native
{
    [LibraryImport(GgmlBase)]
    public static partial GgmlTypeTraits* ggml_get_type_traits(int type);

    [LibraryImport(GgmlBase)]
    public static partial nuint ggml_quantize_chunk(
        int type, float* source, byte* destination, long start, long rows, long columns, float* importance);

    [LibraryImport(GgmlBase)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool ggml_quantize_requires_imatrix(int type);

    [LibraryImport(GgmlBase)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool ggml_validate_row_data(int type, byte* data, nuint bytes);
}
