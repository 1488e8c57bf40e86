using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lamina.Sampling;

/// <summary>
/// Vector scans over logits, at the speed of memory. Maxima lose NaN and sums keep it, so a scan for the maximum that
/// also sums knows whether a logit was NaN.
/// </summary>
internal static class LogitScan
{
    public static int Lanes => Vector256<float>.Count;

    /// <summary>The highest logit, or NaN where any is NaN.</summary>
    public static float Max(ReadOnlySpan<float> logits)
    {
        var sums = Vector256<float>.Zero;
        var vectorised = logits.Length & -(4 * Lanes);
        var maxima = Max(logits[..vectorised], ref sums);
        var sum = Vector256.Sum(sums);
        var max = float.NegativeInfinity;
        for (var i = 0; i < Lanes; i++)
        {
            max = Math.Max(max, maxima[i]);
        }

        foreach (var logit in logits[vectorised..])
        {
            max = Math.Max(max, logit);
            sum += logit;
        }

        return HasNaN(sum, logits) ? float.NaN : max;
    }

    /// <summary>
    /// Writes the maximum of each group: a group is one lane of <paramref name="depth"/> consecutive vectors, and depth
    /// is a multiple of 4. Logits past the last full group are only looked at for NaN.
    /// </summary>
    /// <returns>False where a logit is NaN.</returns>
    public static bool GroupMaxima(ReadOnlySpan<float> logits, int depth, Span<float> maxima)
    {
        var sums = Vector256<float>.Zero;
        var row = depth * Lanes;
        for (var group = 0; group < maxima.Length; group += Lanes)
        {
            Max(logits.Slice(group * depth, row), ref sums).CopyTo(maxima[group..]);
        }

        var sum = Vector256.Sum(sums);
        foreach (var logit in logits[(maxima.Length * depth)..])
        {
            sum += logit;
        }

        return !HasNaN(sum, logits);
    }

    /// <summary>Counts the values that are at least a bound.</summary>
    public static int CountAtLeast(ReadOnlySpan<float> values, float bound)
    {
        var bounds = Vector256.Create(bound);
        var counts = Vector256<int>.Zero;
        var i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            counts -= Vector256.GreaterThanOrEqual(Vector256.Create(values[i..]), bounds).AsInt32();
        }

        var count = Vector256.Sum(counts);
        for (; i < values.Length; i++)
        {
            count += values[i] >= bound ? 1 : 0;
        }

        return count;
    }

    /// <summary>Writes 0, 1, 2 and so on.</summary>
    public static void FillAscending(Span<int> numbers)
    {
        var i = 0;
        for (; i <= numbers.Length - Lanes; i += Lanes)
        {
            Vector256.CreateSequence(i, 1).CopyTo(numbers[i..]);
        }

        for (; i < numbers.Length; i++)
        {
            numbers[i] = i;
        }
    }

    /// <summary>The maxima of each lane over a multiple of 4 vectors, whose sums are added to those given.</summary>
    private static Vector256<float> Max(ReadOnlySpan<float> logits, ref Vector256<float> sums)
    {
        // Four chains of each, so that the next vector need not wait for the last.
        ref var first = ref MemoryMarshal.GetReference(logits);
        var max0 = Vector256.Create(float.NegativeInfinity);
        var (max1, max2, max3) = (max0, max0, max0);
        var sum0 = sums;
        var (sum1, sum2, sum3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        for (var i = 0; i < logits.Length; i += 4 * Lanes)
        {
            var logits0 = Vector256.LoadUnsafe(ref first, (nuint)i);
            var logits1 = Vector256.LoadUnsafe(ref first, (nuint)(i + Lanes));
            var logits2 = Vector256.LoadUnsafe(ref first, (nuint)(i + (2 * Lanes)));
            var logits3 = Vector256.LoadUnsafe(ref first, (nuint)(i + (3 * Lanes)));
            max0 = Vector256.MaxNative(max0, logits0);
            max1 = Vector256.MaxNative(max1, logits1);
            max2 = Vector256.MaxNative(max2, logits2);
            max3 = Vector256.MaxNative(max3, logits3);
            sum0 += logits0;
            sum1 += logits1;
            sum2 += logits2;
            sum3 += logits3;
        }

        sums = sum0 + sum1 + (sum2 + sum3);
        return Vector256.MaxNative(Vector256.MaxNative(max0, max1), Vector256.MaxNative(max2, max3));
    }

    // Infinities of both signs also sum to NaN, so only a sum that is a number settles it.
    private static bool HasNaN(float sum, ReadOnlySpan<float> logits) =>
        float.IsNaN(sum) && TensorPrimitives.IsNaNAny(logits);
}
