using Lamina.Gguf;

namespace Lamina.Quantization;

/// <summary>What becomes of one tensor.</summary>
/// <param name="Source">The tensor as it is.</param>
/// <param name="Type">How its numbers will be stored.</param>
/// <param name="Size">The bytes that it will take.</param>
/// <param name="Fallback">
/// Why it is another type than the profile asks for, in words; null where it is not. Rows that are no whole number of a type's
/// blocks take another type of about as many bits.
/// </param>
/// <param name="NeedsImportance">Whether it is of so few bits that it needs an <see cref="ImportanceMatrix"/>.</param>
public sealed record PlannedTensor(GgufTensor Source, TensorType Type, long Size, string? Fallback, bool NeedsImportance)
{
    /// <summary>Whether its data is copied as it is.</summary>
    public bool IsCopied => Source.Type == Type;
}
