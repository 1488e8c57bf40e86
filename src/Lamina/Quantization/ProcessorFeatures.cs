using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Lamina.Quantization;

/// <summary>What a processor can multiply, as far as it decides which weights are fast.</summary>
/// <param name="HasByteProducts">Whether it has instructions for sums of products of bytes: AVX2 and what came after, or Arm's dot products.</param>
public sealed record ProcessorFeatures(bool HasByteProducts)
{
    /// <summary>Those of this processor.</summary>
    public static ProcessorFeatures Current { get; } = new(Avx2.IsSupported || Dp.IsSupported);
}
