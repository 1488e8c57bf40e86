namespace Lamina.Gguf;

/// <summary>Sizes and names of the <see cref="TensorType"/>s.</summary>
public static class TensorTypes
{
    // By number: how many elements make a block, how many bytes a block takes. (0, 0) is no type.
    private static readonly (int Elements, int Bytes)[] Blocks =
    [
        (1, 4), (1, 2), (32, 18), (32, 20), (0, 0), (0, 0), (32, 22), (32, 24), (32, 34), (32, 36),
        (256, 84), (256, 110), (256, 144), (256, 176), (256, 210), (256, 292),
        (256, 66), (256, 74), (256, 98), (256, 50), (32, 18), (256, 110), (256, 82), (256, 136),
        (1, 1), (1, 2), (1, 4), (1, 8), (1, 8), (256, 56), (1, 2), (0, 0), (0, 0), (0, 0), (256, 54), (256, 66),
        (0, 0), (0, 0), (0, 0), (32, 17), (64, 36), (128, 18), (64, 18),
    ];

    /// <summary>True when the number names a type that the format has today.</summary>
    /// <param name="type">The type as it stands in a file.</param>
    public static bool IsKnown(this TensorType type) =>
        (uint)type < (uint)Blocks.Length && Blocks[(int)type].Elements > 0;

    /// <summary>How many numbers are stored together; a row holds a whole number of blocks.</summary>
    /// <param name="type">A known type.</param>
    /// <exception cref="ArgumentOutOfRangeException">The type is not <see cref="IsKnown">known</see>.</exception>
    public static int GetBlockSize(this TensorType type) => Find(type).Elements;

    /// <summary>The bytes of one block.</summary>
    /// <param name="type">A known type.</param>
    /// <exception cref="ArgumentOutOfRangeException">The type is not <see cref="IsKnown">known</see>.</exception>
    public static int GetBlockBytes(this TensorType type) => Find(type).Bytes;

    /// <summary>The bits that one number takes on average, scales included.</summary>
    /// <param name="type">A known type.</param>
    /// <exception cref="ArgumentOutOfRangeException">The type is not <see cref="IsKnown">known</see>.</exception>
    public static double GetBitsPerElement(this TensorType type)
    {
        var (elements, bytes) = Find(type);
        return 8.0 * bytes / elements;
    }

    /// <summary>True when numbers are stored in blocks with shared scales rather than each for itself.</summary>
    /// <param name="type">A known type.</param>
    /// <exception cref="ArgumentOutOfRangeException">The type is not <see cref="IsKnown">known</see>.</exception>
    public static bool IsQuantized(this TensorType type) => Find(type).Elements > 1;

    /// <summary>True for types that weights are stored in: not those of intermediate results, nor integers without a scale.</summary>
    internal static bool IsForWeights(this TensorType type) => type.IsKnown() && type is not
        (TensorType.Q8_1 or TensorType.Q8_K or TensorType.I8 or TensorType.I16 or TensorType.I32 or TensorType.I64 or TensorType.F64);

    private static (int Elements, int Bytes) Find(TensorType type) => type.IsKnown()
        ? Blocks[(int)type]
        : throw new ArgumentOutOfRangeException(nameof(type), type, "The format has no tensor type of this number.");
}
