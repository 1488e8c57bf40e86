using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

/// <summary><c>llama_model_tensor_buft_override</c>: where weights go whose names match an expression.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TensorOverride
{
    public byte* Pattern;
    public nint BufferType;
}
