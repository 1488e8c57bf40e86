using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Lamina.Gguf;

namespace Lamina.Quantization;

/// <content>The profiles that have names.</content>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "Int8 is what such a profile is called everywhere.")]
[SuppressMessage("Naming", "CA1707:Identifiers should not contain underscores", Justification = "It stands for the decimal point.")]
public sealed partial record QuantizationProfile
{
    /// <summary>16-bit numbers with the range of 32 bits (16 bits a weight).</summary>
    public static QuantizationProfile BFloat16 { get; } = new()
    {
        Name = "BFloat16",
        FileType = GgufFileType.BF16,
        Description = "Without loss of weights that were BF16 before, and faster than F16 for prompts and many streams where the processor multiplies BF16.",
    };

    /// <summary>Q8_0 (8.5 bits a weight).</summary>
    public static QuantizationProfile Int8 { get; } = new()
    {
        Name = "Int8",
        FileType = GgufFileType.Q8_0,
        Description = "Hardly to be told from the source, at half the size of F16.",
    };

    /// <summary>Q6_K (6.6 bits a weight).</summary>
    public static QuantizationProfile Int6 { get; } = new()
    {
        Name = "Int6",
        FileType = GgufFileType.Q6_K,
        Description = "Nearly as good as Int8, and a quarter smaller.",
    };

    /// <summary>Q5_K_M (5.5 bits a weight).</summary>
    public static QuantizationProfile Int5 { get; } = new()
    {
        Name = "Int5",
        FileType = GgufFileType.Q5_K_M,
        Description = "Between Int4 and Int6 in size; slow with prompts.",
    };

    /// <summary>Q4_K_M (4.5 bits a weight, more for the tensors that need them): the usual choice.</summary>
    public static QuantizationProfile Int4 { get; } = new()
    {
        Name = "Int4",
        FileType = GgufFileType.Q4_K_M,
        Description = "The usual choice: little is lost, at under a third of the size of F16.",
    };

    /// <summary>Q4_0 (4.5 bits a weight), which is rearranged for the processor's widest instructions when it is loaded.</summary>
    public static QuantizationProfile Int4Fast { get; } = new()
    {
        Name = "Int4Fast",
        FileType = GgufFileType.Q4_0,
        Description = "The fastest on processors for many streams, and quick to make; loses more than Int4.",
    };

    /// <summary>IQ4_XS (4.25 bits a weight).</summary>
    public static QuantizationProfile Int4Small { get; } = new()
    {
        Name = "Int4Small",
        FileType = GgufFileType.IQ4_XS,
        Description = "Smaller than Int4 and the fastest for a single stream; slow to make, best with an importance matrix.",
    };

    /// <summary>Q3_K_S (3.4 bits a weight, about 3.5 in a file).</summary>
    public static QuantizationProfile Bits3_5 { get; } = new()
    {
        Name = "Bits3_5",
        FileType = GgufFileType.Q3_K_S,
        Description = "For models that do not fit otherwise: about 3.5 bits, with a loss that shows. Best with an importance matrix.",
    };

    /// <summary>IQ2_M (2.6 bits a weight). Needs an importance matrix.</summary>
    public static QuantizationProfile Bits2 { get; } = new()
    {
        Name = "Bits2",
        FileType = GgufFileType.IQ2_M,
        Description = "The fewest bits, with a loss that shows. Needs an importance matrix.",
    };

    /// <summary>All profiles that have names, from most bits to fewest.</summary>
    public static ImmutableArray<QuantizationProfile> All { get; } =
        [BFloat16, Int8, Int6, Int5, Int4, Int4Fast, Int4Small, Bits3_5, Bits2];

    /// <summary>A profile by its name.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <exception cref="ArgumentException">There is none of that name; the message lists those there are.</exception>
    public static QuantizationProfile Get(string name) =>
        All.FirstOrDefault(profile => string.Equals(profile.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException(
            $"There is no profile '{name}'; there are {string.Join(", ", All.Select(static profile => profile.Name))}.", nameof(name));
}
