namespace Lamina.LlamaCpp.Interop;

/// <summary>
/// Makes sure that tensors of the loaded library are as our structure has them: it has two products made, of lengths
/// that are like no others, and looks for everything in its place.
/// </summary>
internal static unsafe class TensorHandshake
{
    public const int F32 = 0;
    private const int F16 = 1;
    private const int I32 = 26;

    private const int Columns = 6;
    private const int WeightRows = 5;
    private const int Experts = 3;
    private const int MostOperations = 1024;

    /// <summary>Verifies the loaded library.</summary>
    /// <returns>Its numbers of the multiplications.</returns>
    /// <exception cref="NativeLibraryException">Its tensors differ.</exception>
    public static ProductOperations Verify(string folder)
    {
        var context = Native.ggml_init(new() { MemorySize = 16 * Native.ggml_tensor_overhead(), NoAllocation = 1 });
        try
        {
            var weight = Native.ggml_new_tensor_3d(context, F16, Columns, WeightRows, Experts);
            var rows = Native.ggml_new_tensor_3d(context, F32, Columns, 4, Experts);
            var routed = Native.ggml_new_tensor_3d(context, F32, Columns, 2, 4);
            var experts = Native.ggml_new_tensor_3d(context, I32, 2, 4, 1);
            var plain = Native.ggml_mul_mat(context, weight, rows);
            var mixed = Native.ggml_mul_mat_id(context, weight, routed, experts);
            var buffer = Native.ggml_backend_alloc_ctx_tensors_from_buft(context, Native.ggml_backend_cpu_buffer_type());
            try
            {
                VerifyWeight(folder, in *weight, buffer);
                VerifyProduct(folder, in *plain, (nint)weight, (nint)rows, 0);
                VerifyProduct(folder, in *mixed, (nint)weight, (nint)routed, (nint)experts);
                return new(plain->Operation, mixed->Operation);
            }
            finally
            {
                Native.ggml_backend_buffer_free(buffer);
            }
        }
        finally
        {
            Native.ggml_free(context);
        }
    }

    public static void VerifyWeight(string folder, in GgmlTensor found, nint buffer)
    {
        Expect(folder, "type", F16, found.Type);
        Expect(folder, "buffer", buffer, found.Buffer);
        Expect(folder, "ne[0]", Columns, found.Lengths[0]);
        Expect(folder, "ne[1]", WeightRows, found.Lengths[1]);
        Expect(folder, "ne[2]", Experts, found.Lengths[2]);
        Expect(folder, "ne[3]", 1, found.Lengths[3]);
        Expect(folder, "nb[0]", 2, (long)found.Strides[0]);
        Expect(folder, "nb[1]", 2 * Columns, (long)found.Strides[1]);
        Expect(folder, "nb[2]", 2 * Columns * WeightRows, (long)found.Strides[2]);
        Expect(folder, "op", 0, found.Operation);
        Expect(folder, "src[0]", 0, found.Source0);
    }

    public static void VerifyProduct(string folder, in GgmlTensor found, nint weight, nint rows, nint experts)
    {
        Expect(folder, "ne[0]", WeightRows, found.Lengths[0]);
        Expect(folder, "op", Math.Clamp(found.Operation, 1, MostOperations), found.Operation);
        Expect(folder, "src[0]", weight, found.Source0);
        Expect(folder, "src[1]", rows, found.Source1);
        Expect(folder, "src[2]", experts, found.Source2);
    }

    private static void Expect(string folder, string field, long expected, long found)
    {
        if (found != expected)
        {
            throw new NativeLibraryException($"'{folder}' holds a llama.cpp whose tensors differ from the ones that this "
                + $"release of Lamina can look at: ggml_tensor.{field} is {found} where {expected} was expected.");
        }
    }
}
