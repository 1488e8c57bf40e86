using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

[StructLayout(LayoutKind.Sequential)]
internal struct GgmlInitParams
{
    public nuint MemorySize;
    public nint Memory;
    public byte NoAllocation;
}
