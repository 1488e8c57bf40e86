using System.Runtime.InteropServices;

namespace Lamina.Quantization.Quality;

/// <summary>A figure that was measured on a sample.</summary>
/// <param name="Value">The figure.</param>
/// <param name="Error">Its standard error, which takes one token's as independent of the others'.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Estimate(double Value, double Error)
{
    /// <summary>The mean of a sample; of fewer than two values the error is 0.</summary>
    internal static Estimate Mean(ReadOnlySpan<double> values)
    {
        var mean = 0d;
        foreach (var value in values)
        {
            mean += value / values.Length;
        }

        var squares = 0d;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        var count = (double)values.Length;
        return new(mean, values.Length < 2 ? 0 : Math.Sqrt(squares / count / (count - 1)));
    }

    /// <summary>The exponential of a mean, such as a perplexity.</summary>
    internal Estimate Exp() => new(Math.Exp(Value), Math.Exp(Value) * Error);
}
