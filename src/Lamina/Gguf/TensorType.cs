using System.Diagnostics.CodeAnalysis;

namespace Lamina.Gguf;

/// <summary>How the numbers of a tensor are stored. The values are those of the format.</summary>
/// <remarks>Sizes are in <see cref="TensorTypes"/>. Numbers that are not listed were removed from the format.</remarks>
[SuppressMessage("Naming", "CA1707:Identifiers should not contain underscores",
    Justification = "The names of the types as everyone who quantizes writes them.")]
public enum TensorType
{
    /// <summary>32-bit floating point.</summary>
    F32 = 0,

    /// <summary>16-bit floating point (IEEE 754 half).</summary>
    F16 = 1,

    /// <summary>4 bits, one scale for 32 numbers.</summary>
    Q4_0 = 2,

    /// <summary>4 bits, scale and minimum for 32 numbers.</summary>
    Q4_1 = 3,

    /// <summary>5 bits, one scale for 32 numbers.</summary>
    Q5_0 = 6,

    /// <summary>5 bits, scale and minimum for 32 numbers.</summary>
    Q5_1 = 7,

    /// <summary>8 bits, one scale for 32 numbers.</summary>
    Q8_0 = 8,

    /// <summary>8 bits with a sum, for intermediate results; weights are not stored in it.</summary>
    Q8_1 = 9,

    /// <summary>2 bits in super-blocks of 256.</summary>
    Q2_K = 10,

    /// <summary>3 bits in super-blocks of 256.</summary>
    Q3_K = 11,

    /// <summary>4 bits in super-blocks of 256.</summary>
    Q4_K = 12,

    /// <summary>5 bits in super-blocks of 256.</summary>
    Q5_K = 13,

    /// <summary>6 bits in super-blocks of 256.</summary>
    Q6_K = 14,

    /// <summary>8 bits in super-blocks of 256, for intermediate results; weights are not stored in it.</summary>
    Q8_K = 15,

    /// <summary>2.06 bits from a codebook.</summary>
    IQ2_XXS = 16,

    /// <summary>2.31 bits from a codebook.</summary>
    IQ2_XS = 17,

    /// <summary>3.06 bits from a codebook.</summary>
    IQ3_XXS = 18,

    /// <summary>1.56 bits from a codebook.</summary>
    IQ1_S = 19,

    /// <summary>4.5 bits on a non-linear scale, in blocks of 32.</summary>
    IQ4_NL = 20,

    /// <summary>3.44 bits from a codebook.</summary>
    IQ3_S = 21,

    /// <summary>2.56 bits from a codebook.</summary>
    IQ2_S = 22,

    /// <summary>4.25 bits on a non-linear scale, in super-blocks of 256.</summary>
    IQ4_XS = 23,

    /// <summary>8-bit integers.</summary>
    I8 = 24,

    /// <summary>16-bit integers.</summary>
    I16 = 25,

    /// <summary>32-bit integers.</summary>
    I32 = 26,

    /// <summary>64-bit integers.</summary>
    I64 = 27,

    /// <summary>64-bit floating point.</summary>
    F64 = 28,

    /// <summary>1.75 bits from a codebook.</summary>
    IQ1_M = 29,

    /// <summary>16-bit floating point with the range of 32 bits (bfloat16).</summary>
    BF16 = 30,

    /// <summary>Ternary, 1.69 bits.</summary>
    TQ1_0 = 34,

    /// <summary>Ternary, 2.06 bits.</summary>
    TQ2_0 = 35,

    /// <summary>4-bit floating point with a shared exponent for 32 numbers (OCP MX).</summary>
    MXFP4 = 39,

    /// <summary>4-bit floating point with an 8-bit scale for 16 numbers (NVIDIA), in blocks of 64.</summary>
    NVFP4 = 40,

    /// <summary>1 bit, one scale for 128 numbers.</summary>
    Q1_0 = 41,

    /// <summary>2 bits, one scale for 64 numbers.</summary>
    Q2_0 = 42,
}
