using System.Runtime.InteropServices;
using System.Text;
using Lamina.Gguf;
using Lamina.LlamaCpp;
using Lamina.LlamaCpp.Interop;
using Lamina.Quantization;

namespace Lamina.Benchmarks.Quantization;

/// <summary>llama.cpp's own quantization of a file: the quantize functions of <c>llama.h</c>.</summary>
internal static unsafe class NativeQuantizer
{
    /// <param name="source">The file.</param>
    /// <param name="target">Where the smaller one goes.</param>
    /// <param name="type">What most weights are to be stored in.</param>
    /// <param name="importance">How much each column counts, as types of about two bits need it; null where all count alike.</param>
    public static void Quantize(string source, string target, GgufFileType type, ImportanceMatrix? importance = null)
    {
        _ = new LlamaCppRuntime().Description; // loads the libraries
        var allocated = new List<nint>();
        try
        {
            var matrix = importance is null ? [] : Marshalled(importance, allocated);
            fixed (NativeImportance* first = matrix)
            {
                var parameters = ((delegate* unmanaged<Parameters>)Export("llama_model_quantize_default_params"))();
                if (parameters.QuantizeOutput != 1)
                {
                    throw new InvalidOperationException("llama_model_quantize_params is laid out otherwise.");
                }

                parameters.Threads = Environment.ProcessorCount;
                parameters.AllowRequantize = 1;
                parameters.FileType = (int)type;
                parameters.Importance = first;
                var result = ((delegate* unmanaged<byte*, byte*, Parameters*, uint>)Export("llama_model_quantize"))(
                    Utf8(source, allocated), Utf8(target, allocated), &parameters);
                if (result != 0)
                {
                    throw new InvalidOperationException($"llama_model_quantize of '{source}' to {type} gave {result}.");
                }
            }
        }
        finally
        {
            foreach (var memory in allocated)
            {
                Marshal.FreeHGlobal(memory);
            }
        }
    }

    private static NativeImportance[] Marshalled(ImportanceMatrix importance, List<nint> allocated) =>
    [
        .. importance.Tensors.Select(name =>
        {
            _ = importance.TryGet(name, out var columns);
            allocated.Add(Marshal.AllocHGlobal(columns.Length * sizeof(float)));
            var values = (float*)allocated[^1];
            columns.Span.CopyTo(new(values, columns.Length));
            return new NativeImportance { Name = Utf8(name, allocated), Values = values, Count = (nuint)columns.Length };
        }),
        default, // ends the list
    ];

    private static byte* Utf8(string text, List<nint> allocated)
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes(text), 0];
        allocated.Add(Marshal.AllocHGlobal(bytes.Length));
        Marshal.Copy(bytes, 0, allocated[^1], bytes.Length);
        return (byte*)allocated[^1];
    }

    private static nint Export(string function) =>
        NativeLibrary.GetExport(NativeLibraries.Handle(NativeLibraries.Llama), function);

    [StructLayout(LayoutKind.Sequential)]
    private struct NativeImportance
    {
        public byte* Name;
        public float* Values;
        public nuint Count;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Parameters
    {
        public int Threads;
        public int FileType;
        public int OutputType;
        public int EmbeddingType;
        public byte AllowRequantize;
        public byte QuantizeOutput;
        public byte OnlyCopy;
        public byte Pure;
        public byte KeepSplit;
        public byte DryRun;
        public NativeImportance* Importance;
        public nint Overrides;
        public nint TensorOverrides;
        public nint PrunedLayers;
        public nuint BufferSize;
    }
}
