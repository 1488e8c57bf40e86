using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

/// <content>Devices and the backends that they belong to.</content>
internal static unsafe partial class Native
{
    [LibraryImport(Ggml)]
    public static partial nuint ggml_backend_dev_count();

    [LibraryImport(Ggml)]
    public static partial nint ggml_backend_dev_get(nuint index);

    [LibraryImport(Ggml)]
    public static partial nint ggml_backend_dev_by_type(int type);

    [LibraryImport(GgmlBase)]
    public static partial byte* ggml_backend_dev_name(nint device);

    [LibraryImport(GgmlBase)]
    public static partial byte* ggml_backend_dev_description(nint device);

    [LibraryImport(GgmlBase)]
    public static partial int ggml_backend_dev_type(nint device);

    [LibraryImport(GgmlBase)]
    public static partial void ggml_backend_dev_memory(nint device, nuint* free, nuint* total);

    [LibraryImport(GgmlBase)]
    public static partial void ggml_backend_dev_get_props(nint device, GgmlDeviceProperties* properties);

    [LibraryImport(GgmlBase)]
    public static partial nint ggml_backend_dev_buffer_type(nint device);

    [LibraryImport(Llama)]
    public static partial nuint llama_max_devices();

    [LibraryImport(GgmlBase)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool ggml_backend_dev_supports_op(nint device, GgmlTensor* operation);

    [LibraryImport(GgmlBase)]
    public static partial nint ggml_backend_dev_backend_reg(nint device);

    [LibraryImport(GgmlBase)]
    public static partial byte* ggml_backend_reg_name(nint registry);

    [LibraryImport(GgmlBase)]
    public static partial nuint ggml_backend_reg_dev_count(nint registry);

    [LibraryImport(GgmlBase)]
    public static partial nint ggml_backend_reg_get_proc_address(
        nint registry, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
