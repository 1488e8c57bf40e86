using Lamina.Validation;

namespace Lamina.Quantization;

/// <summary>How a model is quantized. Null stands for the default.</summary>
public sealed record QuantizationOptions
{
    /// <summary>
    /// How much each column of a matrix counts. Default: null, all alike; the profiles of the fewest bits need one, all gain from one.
    /// </summary>
    public ImportanceMatrix? Importance { get; init; }

    /// <summary>
    /// Whether tensors may be quantized that are so already. More is lost than from the original. Default: false.
    /// </summary>
    public bool AllowRequantize { get; init; }

    /// <summary>Threads that compute, from 1 to 512. Default: the processors that the process may use.</summary>
    public int? Threads { get; init; }

    internal IEnumerable<string> Faults() => Fault.OutOfRange(nameof(QuantizationOptions), nameof(Threads), Threads, 1, 512);
}
