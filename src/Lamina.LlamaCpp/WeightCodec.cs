using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Lamina.Gguf;
using Lamina.LlamaCpp.Interop;
using Lamina.Quantization;

namespace Lamina.LlamaCpp;

/// <summary>Converts weights by ggml's functions.</summary>
internal sealed unsafe class WeightCodec : IWeightCodec
{
    /// <summary>The scales of blocks are 16-bit numbers, and sums of squares must not overflow.</summary>
    private const float LargestInBlocks = 65504;

    public bool CanDecode(TensorType type) => type == TensorType.F32 || (IsAsKnown(type) && Native.ggml_get_type_traits((int)type)->ToFloat != null);

    public bool CanEncode(TensorType type) => type.IsForWeights() && IsAsKnown(type);

    public void Decode(TensorType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        if (!CanDecode(type) || source.Length * (long)type.GetBlockSize() != destination.Length * (long)type.GetBlockBytes())
        {
            throw new ArgumentException($"{source.Length} bytes of {type} are not {destination.Length} numbers that can be read.", nameof(source));
        }

        if (type == TensorType.F32)
        {
            MemoryMarshal.Cast<byte, float>(source).CopyTo(destination);
            return;
        }

        fixed (byte* from = source)
        fixed (float* to = destination)
        {
            Native.ggml_get_type_traits((int)type)->ToFloat(from, to, destination.Length);
        }
    }

    public bool Encode(TensorType type, ReadOnlySpan<float> rows, int columns, ReadOnlySpan<float> importance, Span<byte> destination)
    {
        if (!CanEncode(type) || columns < 1 || columns % type.GetBlockSize() != 0 || rows.IsEmpty || rows.Length % columns != 0
            || rows.Length / type.GetBlockSize() * (long)type.GetBlockBytes() != destination.Length)
        {
            throw new ArgumentException(
                $"{rows.Length} numbers in rows of {columns} are not {destination.Length} bytes of {type}, or it cannot be stored.", nameof(rows));
        }

        if (importance.Length != columns && (!importance.IsEmpty || Native.ggml_quantize_requires_imatrix((int)type)))
        {
            throw new ArgumentException($"{importance.Length} columns have an importance; {type} needs {columns}.", nameof(importance));
        }

        // It ends the process over some numbers of which no block can be made.
        var largest = Math.Abs(TensorPrimitives.MaxMagnitude(rows));
        if (!float.IsFinite(largest) || (largest > LargestInBlocks && type.IsQuantized()))
        {
            return false;
        }

        fixed (float* from = rows, weights = importance)
        fixed (byte* to = destination)
        {
            Native.ggml_quantize_chunk((int)type, from, to, 0, rows.Length / columns, columns, weights);
            return Native.ggml_validate_row_data((int)type, to, (nuint)destination.Length);
        }
    }

    /// <summary>Whether the library has a type with the blocks that the format says.</summary>
    private static bool IsAsKnown(TensorType type)
    {
        if (!type.IsKnown())
        {
            return false;
        }

        var traits = Native.ggml_get_type_traits((int)type);
        return traits->BlockSize == type.GetBlockSize() && (long)traits->BlockBytes == type.GetBlockBytes();
    }
}
