using System.Buffers;
using System.Runtime.InteropServices;

namespace Lamina.Bindings;

/// <summary>Memory for the length of one method, which need not be cleared.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly ref struct RentedBuffer(int size)
{
    private readonly byte[] _bytes = ArrayPool<byte>.Shared.Rent(size);

    public Span<byte> Span => _bytes.AsSpan(0, size);

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);
}
