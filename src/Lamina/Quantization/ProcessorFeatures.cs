using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Lamina.Quantization;

/// <summary>What a processor can multiply, as far as it decides which weights are fast.</summary>
/// <param name="MultipliesBFloat16">Whether it has instructions for products of BF16 (AVX512-BF16, or AMX).</param>
/// <param name="HasByteProducts">Whether it has instructions for sums of products of bytes (AVX2 and what came after, or Arm's dot products).</param>
public sealed record ProcessorFeatures(bool MultipliesBFloat16, bool HasByteProducts)
{
    /// <summary>Those of this processor.</summary>
    public static ProcessorFeatures Current { get; } = new(HasBFloat16(), Avx2.IsSupported || Dp.IsSupported);

    private static bool HasBFloat16()
    {
        if (!X86Base.IsSupported || !Avx512F.IsSupported)
        {
            return false;
        }

        // Leaf 7: Eax of its second part has AVX512-BF16 in bit 5, Edx of its first AMX-BF16 in bit 22.
        var (_, _, _, features) = X86Base.CpuId(7, 0);
        var (more, _, _, _) = X86Base.CpuId(7, 1);
        return (more & (1 << 5)) != 0 || (features & (1 << 22)) != 0;
    }
}
