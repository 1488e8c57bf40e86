using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp;

/// <summary>Memory for the length of one method, which the garbage collector need not clear or move.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe ref struct NativeBuffer(int size)
{
    private readonly byte* _address = (byte*)NativeMemory.Alloc((nuint)size);

    public Span<byte> Span => new(_address, size);

    public void Dispose() => NativeMemory.Free(_address);
}
