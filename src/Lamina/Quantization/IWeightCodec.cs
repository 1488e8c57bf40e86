using Lamina.Gguf;

namespace Lamina.Quantization;

/// <summary>Turns weights from one way of storing them into another: what a quantizer needs of a native runtime.</summary>
/// <remarks>Safe for use from several threads at once, which a quantizer does.</remarks>
public interface IWeightCodec
{
    /// <summary>Whether weights can be read that are stored so.</summary>
    /// <param name="type">A known type.</param>
    bool CanDecode(TensorType type);

    /// <summary>Whether weights can be stored so.</summary>
    /// <param name="type">A known type.</param>
    bool CanEncode(TensorType type);

    /// <summary>Reads weights.</summary>
    /// <param name="type">How they are stored.</param>
    /// <param name="source">Whole blocks.</param>
    /// <param name="destination">As many numbers as the blocks hold.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, or the type cannot be read.</exception>
    void Decode(TensorType type, ReadOnlySpan<byte> source, Span<float> destination);

    /// <summary>Stores weights.</summary>
    /// <param name="type">How to store them.</param>
    /// <param name="rows">Whole rows, all finite numbers.</param>
    /// <param name="columns">Numbers of a row, whole blocks of the type.</param>
    /// <param name="importance">How much each column counts, or empty where all count alike.</param>
    /// <param name="destination">As many bytes as the rows will take.</param>
    /// <returns>False where what came of it is no right data, as of numbers that are not finite.</returns>
    /// <exception cref="ArgumentException">The lengths do not agree, or the type cannot be stored without importance or at all.</exception>
    bool Encode(TensorType type, ReadOnlySpan<float> rows, int columns, ReadOnlySpan<float> importance, Span<byte> destination);
}
