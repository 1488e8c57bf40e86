using System.Diagnostics.CodeAnalysis;

namespace Lamina.Gguf;

/// <summary>The mix of tensor types that a file was written with, as its <c>general.file_type</c> says.</summary>
/// <remarks>A label, not a promise: the types of single tensors are in <see cref="GgufFile.Tensors"/>.</remarks>
[SuppressMessage("Naming", "CA1707:Identifiers should not contain underscores",
    Justification = "The names of the types as everyone who quantizes writes them.")]
public enum GgufFileType
{
    /// <summary>32-bit floating point throughout.</summary>
    F32 = 0,

    /// <summary>Mostly 16-bit floating point.</summary>
    F16 = 1,

    /// <summary>Mostly Q4_0.</summary>
    Q4_0 = 2,

    /// <summary>Mostly Q4_1.</summary>
    Q4_1 = 3,

    /// <summary>Mostly Q8_0.</summary>
    Q8_0 = 7,

    /// <summary>Mostly Q5_0.</summary>
    Q5_0 = 8,

    /// <summary>Mostly Q5_1.</summary>
    Q5_1 = 9,

    /// <summary>Mostly Q2_K, medium.</summary>
    Q2_K = 10,

    /// <summary>Mostly Q3_K, small.</summary>
    Q3_K_S = 11,

    /// <summary>Mostly Q3_K, medium.</summary>
    Q3_K_M = 12,

    /// <summary>Mostly Q3_K, large.</summary>
    Q3_K_L = 13,

    /// <summary>Mostly Q4_K, small.</summary>
    Q4_K_S = 14,

    /// <summary>Mostly Q4_K, medium.</summary>
    Q4_K_M = 15,

    /// <summary>Mostly Q5_K, small.</summary>
    Q5_K_S = 16,

    /// <summary>Mostly Q5_K, medium.</summary>
    Q5_K_M = 17,

    /// <summary>Mostly Q6_K.</summary>
    Q6_K = 18,

    /// <summary>Mostly IQ2_XXS.</summary>
    IQ2_XXS = 19,

    /// <summary>Mostly IQ2_XS.</summary>
    IQ2_XS = 20,

    /// <summary>Mostly Q2_K, small.</summary>
    Q2_K_S = 21,

    /// <summary>A mix of 3.3 bits.</summary>
    IQ3_XS = 22,

    /// <summary>Mostly IQ3_XXS.</summary>
    IQ3_XXS = 23,

    /// <summary>Mostly IQ1_S.</summary>
    IQ1_S = 24,

    /// <summary>Mostly IQ4_NL.</summary>
    IQ4_NL = 25,

    /// <summary>Mostly IQ3_S.</summary>
    IQ3_S = 26,

    /// <summary>Mostly IQ3_S, with more bits where they matter.</summary>
    IQ3_M = 27,

    /// <summary>A mix of 2.5 bits.</summary>
    IQ2_S = 28,

    /// <summary>A mix of 2.7 bits.</summary>
    IQ2_M = 29,

    /// <summary>Mostly IQ4_XS.</summary>
    IQ4_XS = 30,

    /// <summary>Mostly IQ1_M.</summary>
    IQ1_M = 31,

    /// <summary>Mostly bfloat16.</summary>
    BF16 = 32,

    /// <summary>Mostly TQ1_0.</summary>
    TQ1_0 = 36,

    /// <summary>Mostly TQ2_0.</summary>
    TQ2_0 = 37,

    /// <summary>Experts in MXFP4.</summary>
    MXFP4 = 38,

    /// <summary>Mostly NVFP4.</summary>
    NVFP4 = 39,

    /// <summary>Mostly Q1_0.</summary>
    Q1_0 = 40,

    /// <summary>Mostly Q2_0.</summary>
    Q2_0 = 41,
}
