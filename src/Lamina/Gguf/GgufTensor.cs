using System.Collections.Immutable;

namespace Lamina.Gguf;

/// <summary>What a header says of one tensor.</summary>
/// <param name="Name">The name, unique in the model.</param>
/// <param name="Shape">One to four lengths, fastest-varying first: a matrix of 3 rows of 5 numbers is 5, 3.</param>
/// <param name="Type">How the numbers are stored.</param>
/// <param name="Offset">Where the data starts, in bytes from <see cref="GgufFile.DataOffset"/>.</param>
/// <param name="Size">The size of the data, in bytes.</param>
public sealed record GgufTensor(string Name, ImmutableArray<long> Shape, TensorType Type, long Offset, long Size)
{
    /// <summary>How many numbers the tensor holds.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, length) => product * length);

    /// <summary>The length in one dimension, 1 for those beyond the shape.</summary>
    /// <param name="dimension">The dimension, from 0.</param>
    internal long Length(int dimension) => dimension < Shape.Length ? Shape[dimension] : 1;

    /// <summary>The shape as text: <c>576 x 49152</c>.</summary>
    internal string ShapeText => string.Join(" x ", Shape);
}
