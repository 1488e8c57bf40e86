using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

/// <summary>The beginning of a tensor, as far as it is read here; what has an accessor is read by that.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GgmlTensor
{
    public int Type;
    public nint Buffer;
    public fixed long Lengths[4];
    public fixed ulong Strides[4];
    public int Operation;
    public fixed int OperationParameters[16];
    public int Flags;
    public nint Source0;
    public nint Source1;
    public nint Source2;
}
