using System.Runtime.InteropServices;
using System.Text;
using Lamina.Gguf;
using Lamina.LlamaCpp.Interop;

namespace Lamina.LlamaCpp.Tests.Models;

/// <summary>llama.cpp's own quantization of a file: the quantize functions of <c>llama.h</c>.</summary>
internal static unsafe class NativeQuantizer
{
    /// <param name="source">The file.</param>
    /// <param name="target">Where the smaller one goes.</param>
    /// <param name="type">What most weights are to be stored in.</param>
    /// <param name="importance">
    /// Whether to bring an importance matrix, as types of about two bits need; in this one all columns count the same.
    /// </param>
    public static void Quantize(string source, string target, GgufFileType type, bool importance = false)
    {
        _ = new LlamaCppRuntime().Description; // loads the libraries
        var allocated = new List<nint>();
        try
        {
            var matrix = importance ? Importance(source, allocated) : [];
            fixed (ImportanceEntry* first = matrix)
            {
                var parameters = ((delegate* unmanaged<Parameters>)Export("llama_model_quantize_default_params"))();
                Assert.That(parameters.QuantizeOutput, Is.EqualTo(1), "the structure is laid out otherwise");
                parameters.Threads = 2;
                parameters.AllowRequantize = 1;
                parameters.FileType = (int)type;
                parameters.Importance = first;
                var result = ((delegate* unmanaged<byte*, byte*, Parameters*, uint>)Export("llama_model_quantize"))(
                    Utf8(source, allocated), Utf8(target, allocated), &parameters);
                Assert.That(result, Is.Zero, $"llama_model_quantize to {type}");
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

    private static ImportanceEntry[] Importance(string source, List<nint> allocated) =>
    [
        .. GgufFile.Read(source).Tensors.Where(tensor => tensor.Shape.Length == 2).Select(tensor =>
        {
            var columns = (int)tensor.Shape[0];
            allocated.Add(Marshal.AllocHGlobal(columns * sizeof(float)));
            var values = (float*)allocated[^1];
            new Span<float>(values, columns).Fill(1);
            return new ImportanceEntry { Name = Utf8(tensor.Name, allocated), Values = values, Count = (nuint)columns };
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
    private struct ImportanceEntry
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
        public ImportanceEntry* Importance;
        public nint Overrides;
        public nint TensorOverrides;
        public nint PrunedLayers;
        public nuint BufferSize;
    }
}
