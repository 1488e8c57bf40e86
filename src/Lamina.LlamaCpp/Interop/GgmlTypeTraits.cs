using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

/// <summary><c>ggml_type_traits</c>: what a type of tensors is.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GgmlTypeTraits
{
    public byte* Name;
    public long BlockSize;
    public long InterleavedBlockSize;
    public nuint BlockBytes;
    public byte IsQuantized;
    public delegate* unmanaged[Cdecl]<byte*, float*, long, void> ToFloat;
    public nint FromFloat;
}
