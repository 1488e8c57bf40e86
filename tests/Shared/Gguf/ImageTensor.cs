using Lamina.Gguf;

namespace Lamina.TestSupport.Gguf;

/// <summary>A tensor of a <see cref="GgufImage"/>.</summary>
internal sealed class ImageTensor
{
    public required string Name { get; set; }

    public required long[] Shape { get; set; }

    public TensorType Type { get; set; } = TensorType.F32;

    public byte[] Data { get; set; } = [];

    /// <summary>What the header says of the offset; null for the truth.</summary>
    public long? Offset { get; set; }

    public static ImageTensor Create(string name, TensorType type, params long[] shape)
    {
        var tensor = new ImageTensor { Name = name, Shape = shape, Type = type };
        tensor.Data = new byte[tensor.SizeOfShape()];
        return tensor;
    }

    /// <summary>How many numbers the shape asks for.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, length) => product * length);

    /// <summary>The bytes that type and shape ask for.</summary>
    public long SizeOfShape() => ElementCount / Type.GetBlockSize() * Type.GetBlockBytes();
}
