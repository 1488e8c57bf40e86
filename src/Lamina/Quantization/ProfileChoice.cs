namespace Lamina.Quantization;

/// <summary>A profile that was chosen, and why.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Reason">Why it, and what it costs in size and quality, for people.</param>
public sealed record ProfileChoice(QuantizationProfile Profile, string Reason)
{
    /// <summary>The profile that is fastest for a load on a processor.</summary>
    /// <remarks>
    /// One stream waits for memory, so few bits are fast, as long as they are unpacked quickly. Many streams and long prompts wait for
    /// multiplications, which are quickest of bytes that lie as the processor takes them. The type that a file came in is seldom the fastest:
    /// Q4_1 and Q5_K have no kernels for many rows at once. Measured on two cores with AVX-512, against F16: Int4Small 1.9 times as fast with one
    /// stream (Int4Fast 1.7), Int4Fast 2.7 times with 32 streams and with prompts (BFloat16 1.7, Int8 2.2 and 2.4).
    /// </remarks>
    /// <param name="workload">What the model is mostly to do.</param>
    /// <param name="processor">The processor. Default: null, this one.</param>
    public static ProfileChoice Fastest(Workload workload, ProcessorFeatures? processor = null)
    {
        processor ??= ProcessorFeatures.Current;
        return workload == Workload.OneStream && processor.HasByteProducts
            ? new(
                QuantizationProfile.Int4Small,
                "One stream waits for memory, and IQ4_XS has the fewest bits that are unpacked quickly: about a quarter of the size of F16, "
                + "with a loss between those of Int4 and Int4Fast.")
            : new(
                QuantizationProfile.Int4Fast,
                "Q4_0 is rearranged for the processor's widest instructions: between a quarter and a third of the size of F16; of the profiles of "
                + "about four bits it loses most.");
    }
}
