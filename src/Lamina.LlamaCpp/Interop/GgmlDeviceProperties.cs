using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

/// <summary><c>ggml_backend_dev_props</c>: what a device is.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GgmlDeviceProperties
{
    public byte* Name;
    public byte* Description;
    public nuint FreeMemory;
    public nuint TotalMemory;
    public int Type;
    public byte* Id;
    public byte Asynchronous;
    public byte HostBuffers;
    public byte BuffersFromHostMemory;
    public byte Events;
    public byte MemoryMapping;
}
