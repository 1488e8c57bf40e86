using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lamina.Sampling;

/// <summary>
/// Finds the highest of many logits. A candidate becomes one 64-bit key, the logit's bits turned so that keys ascend
/// where logits descend, and below them the token id: sorting keys sorts candidates, ties by token id.
/// </summary>
/// <remarks>
/// Selecting few of many is a scan that is bound by memory: the maxima of groups of logits give a bound that at least
/// <c>count</c> logits reach (each group's maximum is one), and only groups that reach it are looked into again.
/// </remarks>
internal static class TopSelection
{
    private const int SmallCount = 512;
    private static int Lanes => Vector256<float>.Count;

    public static int TokenOf(ulong key) => (int)(uint)key;

    public static float LogitOf(ulong key) => BitConverter.Int32BitsToSingle(Turn(~(int)(key >> 32) ^ int.MinValue));

    /// <summary>Writes the keys of the highest logits, sorted, to the start of <paramref name="keys"/>.</summary>
    /// <param name="logits">The logits.</param>
    /// <param name="tokens">The token ids, or empty where the place is the id.</param>
    /// <param name="count">How many to select, from 1 to all.</param>
    /// <param name="keys">Room for as many keys as there are logits; what follows the selected ones is scratch.</param>
    /// <returns>False where a logit is NaN.</returns>
    public static bool Select(ReadOnlySpan<float> logits, ReadOnlySpan<int> tokens, int count, Span<ulong> keys)
    {
        // Groups of 4 to 32 logits, at least four times as many groups as logits wanted: then hardly more than
        // `count` logits reach the bound.
        var depth = Math.Min(32, logits.Length / (4 * count)) & ~3;
        if (logits.Length <= SmallCount || depth < 4)
        {
            return SelectAll(logits, tokens, keys);
        }

        var maxima = ArrayPool<float>.Shared.Rent(logits.Length / depth);
        try
        {
            var row = depth * Lanes;
            var groups = maxima.AsSpan(0, logits.Length / row * Lanes);
            if (groups.Length < count)
            {
                return SelectAll(logits, tokens, keys);
            }

            if (!GroupMaxima(logits, depth, groups))
            {
                return false;
            }

            var bound = LowerBound(groups, count);
            var found = 0;
            for (var i = 0; i < groups.Length; i += Lanes)
            {
                if (Vector256.GreaterThanOrEqualAny(Vector256.Create<float>(groups[i..]), Vector256.Create(bound)))
                {
                    var start = i * depth;
                    found += PackAtLeast(logits, tokens, start, start + row, bound, keys[found..]);
                }
            }

            found += PackAtLeast(logits, tokens, groups.Length * depth, logits.Length, bound, keys[found..]);
            keys[..found].Sort();
            return true;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(maxima);
        }
    }

    /// <summary>Writes 0, 1, 2 and so on.</summary>
    public static void FillAscending(Span<int> numbers)
    {
        var i = 0;
        for (; i <= numbers.Length - Vector256<int>.Count; i += Vector256<int>.Count)
        {
            Vector256.CreateSequence(i, 1).CopyTo(numbers[i..]);
        }

        for (; i < numbers.Length; i++)
        {
            numbers[i] = i;
        }
    }

    private static bool SelectAll(ReadOnlySpan<float> logits, ReadOnlySpan<int> tokens, Span<ulong> keys)
    {
        for (var i = 0; i < logits.Length; i++)
        {
            if (float.IsNaN(logits[i]))
            {
                return false;
            }

            keys[i] = Key(logits[i], tokens.IsEmpty ? i : tokens[i]);
        }

        keys[..logits.Length].Sort();
        return true;
    }

    /// <summary>Writes the keys of all logits from start to end that are at least a bound, in their order.</summary>
    /// <returns>How many there are.</returns>
    public static int PackAtLeast(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> tokens, int start, int end, float bound, Span<ulong> keys)
    {
        var found = 0;
        var bounds = Vector256.Create(bound);
        ref var first = ref MemoryMarshal.GetReference(logits);
        var i = start;
        for (; i <= end - Lanes; i += Lanes)
        {
            var mask = Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref first, (nuint)i), bounds)
                .ExtractMostSignificantBits();
            for (; mask != 0; mask &= mask - 1)
            {
                var place = i + BitOperations.TrailingZeroCount(mask);
                keys[found++] = Key(logits[place], tokens.IsEmpty ? place : tokens[place]);
            }
        }

        for (; i < end; i++)
        {
            if (logits[i] >= bound)
            {
                keys[found++] = Key(logits[i], tokens.IsEmpty ? i : tokens[i]);
            }
        }

        return found;
    }

    /// <summary>
    /// Writes the maximum of each group: a group is one lane of <paramref name="depth"/> consecutive vectors.
    /// </summary>
    /// <returns>False where a logit is NaN.</returns>
    private static bool GroupMaxima(ReadOnlySpan<float> logits, int depth, Span<float> maxima)
    {
        // Maxima lose NaN, sums keep it: where the sum is a number, no logit was NaN.
        ref var first = ref MemoryMarshal.GetReference(logits);
        var (sum0, sum1, sum2, sum3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var i = 0;
        for (var group = 0; group < maxima.Length; group += Lanes)
        {
            var max0 = Vector256.Create(float.NegativeInfinity);
            var (max1, max2, max3) = (max0, max0, max0);
            for (var end = i + (depth * Lanes); i < end; i += 4 * Lanes)
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

            Vector256.MaxNative(Vector256.MaxNative(max0, max1), Vector256.MaxNative(max2, max3)).CopyTo(maxima[group..]);
        }

        var sum = Vector256.Sum(sum0 + sum1 + (sum2 + sum3));
        for (; i < logits.Length; i++)
        {
            sum += logits[i];
        }

        return !float.IsNaN(sum) || !TensorPrimitives.IsNaNAny(logits);   // infinities of both signs sum to NaN too
    }

    /// <summary>Finds a bound that at least count of the values reach, and not many more.</summary>
    private static float LowerBound(ReadOnlySpan<float> values, int count)
    {
        // Halves the range of floats, in the order of their bits; a handful of rounds over few values.
        var low = Turn(BitConverter.SingleToInt32Bits(float.NegativeInfinity));
        var high = Turn(BitConverter.SingleToInt32Bits(float.PositiveInfinity)) + 1;
        while (high - (long)low > 1)
        {
            var middle = (int)((low + (long)high) >> 1);
            var reached = CountAtLeast(values, BitConverter.Int32BitsToSingle(Turn(middle)));
            if (reached < count)
            {
                high = middle;
                continue;
            }

            low = middle;
            if (reached <= count + (count / 4))
            {
                break;
            }
        }

        return BitConverter.Int32BitsToSingle(Turn(low));
    }

    /// <summary>Counts the values that are at least a bound.</summary>
    public static int CountAtLeast(ReadOnlySpan<float> values, float bound)
    {
        var bounds = Vector256.Create(bound);
        var counts = Vector256<int>.Zero;
        var i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            counts -= Vector256.GreaterThanOrEqual(Vector256.Create<float>(values[i..]), bounds).AsInt32();
        }

        var count = Vector256.Sum(counts);
        for (; i < values.Length; i++)
        {
            count += values[i] >= bound ? 1 : 0;
        }

        return count;
    }

    private static ulong Key(float logit, int token) =>
        ((ulong)(uint)~(Turn(BitConverter.SingleToInt32Bits(logit)) ^ int.MinValue) << 32) | (uint)token;

    /// <summary>Turns a float's bits into an integer of the same order, and such an integer back.</summary>
    private static int Turn(int bits) => bits ^ ((bits >> 31) & int.MaxValue);
}
