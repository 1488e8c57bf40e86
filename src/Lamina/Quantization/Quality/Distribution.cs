using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Lamina.Quantization.Quality;

/// <summary>The loops over a vocabulary: a distribution in 16 bits a token, and the divergence of another from it.</summary>
/// <remarks>
/// All work in place on rows of the vocabulary's length, and in floats: the sums are of numbers between 0 and 1, of which a
/// few make up nearly all, and come out right to about one in a million.
/// </remarks>
internal static class Distribution
{
    /// <summary>Tokens that are less probable than the top one by more than this factor's logarithm count as this improbable.</summary>
    private const float Range = 32;

    /// <summary>Below every logit of a token that can come; models say that one cannot by minus infinity.</summary>
    private const float Impossible = -1e4f;

    /// <summary>Turns logits into log-probabilities.</summary>
    /// <param name="logits">The logits; log-probabilities afterwards.</param>
    /// <param name="buffer">Room for as many numbers.</param>
    /// <returns>The most probable token.</returns>
    public static int Normalize(Span<float> logits, Span<float> buffer)
    {
        TensorPrimitives.Max(logits, Impossible, logits);
        var max = TensorPrimitives.Max<float>(logits);
        var top = logits.IndexOf(max);
        TensorPrimitives.Subtract(logits, max, logits);
        TensorPrimitives.Exp(logits, buffer);
        TensorPrimitives.Subtract(logits, MathF.Log(TensorPrimitives.Sum<float>(buffer)), logits);
        return top;
    }

    /// <summary>Writes log-probabilities in 16 bits each, in equal steps of less than 0.0005 from the least to the largest.</summary>
    /// <param name="logProbabilities">The log-probabilities; overwritten.</param>
    /// <param name="codes">The codes, one for each.</param>
    /// <returns>What code 0 stands for, and the step between codes.</returns>
    public static (float Least, float Step) Encode(Span<float> logProbabilities, Span<ushort> codes)
    {
        var max = TensorPrimitives.Max<float>(logProbabilities);
        var least = Math.Max(TensorPrimitives.Min<float>(logProbabilities), max - Range);
        var step = (max - least) / ushort.MaxValue;
        var scale = step > 0 ? 1 / step : 0;
        TensorPrimitives.Max(logProbabilities, least, logProbabilities);
        TensorPrimitives.Subtract(logProbabilities, least, logProbabilities);
        TensorPrimitives.Multiply(logProbabilities, scale, logProbabilities);
        TensorPrimitives.Add(logProbabilities, 0.5f, logProbabilities); // to the nearest
        Truncate(logProbabilities, codes);
        return (least, step);
    }

    /// <summary>How far a distribution is from the source's.</summary>
    /// <remarks>
    /// Σ p·ln(p/q) + 1 − Σ p, which is the divergence where p sums to 1. Where it does not quite, for being rounded, this
    /// form hides the error: its change with p is ln(p/q), next to nothing where the two are near, instead of 1 + ln(p/q).
    /// </remarks>
    /// <param name="codes">The source's log-probabilities, as <see cref="Encode"/> wrote them.</param>
    /// <param name="source">What the codes stand for.</param>
    /// <param name="logProbabilities">The other's log-probabilities; overwritten.</param>
    /// <param name="buffer">Room for as many numbers.</param>
    public static double Divergence(
        ReadOnlySpan<ushort> codes, in SourcePosition source, Span<float> logProbabilities, Span<float> buffer)
    {
        Decode(codes, source.Least, source.Step, buffer);
        TensorPrimitives.Subtract(buffer, logProbabilities, logProbabilities);
        TensorPrimitives.Exp(buffer, buffer);
        return Math.Max(0, TensorPrimitives.Dot<float>(buffer, logProbabilities) + 1 - TensorPrimitives.Sum<float>(buffer)); // but for rounding
    }

    // TensorPrimitives converts between these types one by one, at ten times the cost.
    private static void Truncate(ReadOnlySpan<float> values, Span<ushort> codes)
    {
        var done = codes.Length - (codes.Length % Vector<ushort>.Count);
        var blocks = MemoryMarshal.Cast<ushort, Vector<ushort>>(codes);
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (var i = 0; i < blocks.Length; i++)
        {
            var (low, high) = (Vector.ConvertToInt32(vectors[2 * i]), Vector.ConvertToInt32(vectors[(2 * i) + 1]));
            blocks[i] = Vector.Narrow(Vector.AsVectorUInt32(low), Vector.AsVectorUInt32(high));
        }

        for (var i = done; i < codes.Length; i++)
        {
            codes[i] = (ushort)values[i];
        }
    }

    private static void Decode(ReadOnlySpan<ushort> codes, float least, float step, Span<float> values)
    {
        var done = codes.Length - (codes.Length % Vector<ushort>.Count);
        var blocks = MemoryMarshal.Cast<ushort, Vector<ushort>>(codes);
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (var i = 0; i < blocks.Length; i++)
        {
            Vector.Widen(blocks[i], out var low, out var high);
            vectors[2 * i] = (Vector.ConvertToSingle(Vector.AsVectorInt32(low)) * step) + new Vector<float>(least);
            vectors[(2 * i) + 1] = (Vector.ConvertToSingle(Vector.AsVectorInt32(high)) * step) + new Vector<float>(least);
        }

        for (var i = done; i < codes.Length; i++)
        {
            values[i] = (codes[i] * step) + least;
        }
    }
}
