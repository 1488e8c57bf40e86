using System.Buffers;
using System.Numerics;
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
    public static int TokenOf(ulong key) => (int)(uint)key;

    public static float LogitOf(ulong key) => BitConverter.Int32BitsToSingle(Turn(~(int)(key >> 32) ^ int.MinValue));

    /// <summary>Writes the keys of the highest logits, sorted, to the start of <paramref name="keys"/>.</summary>
    /// <param name="logits">The logits.</param>
    /// <param name="tokens">The token ids, or empty where the place is the id.</param>
    /// <param name="count">How many to select, from 1 to all.</param>
    /// <param name="keys">Room for as many keys as there are logits.</param>
    /// <returns>
    /// How many sorted keys there are, at least <paramref name="count"/>, or -1 where a logit is NaN.
    /// </returns>
    public static int Select(ReadOnlySpan<float> logits, ReadOnlySpan<int> tokens, int count, Span<ulong> keys)
    {
        // Groups of 4 to 32 logits, at least four times as many groups as logits wanted: then hardly more than
        // `count` logits reach the bound.
        const int SmallCount = 512;
        var depth = (int)Math.Min(32, logits.Length / (4L * count)) & ~3;
        var rows = depth == 0 ? 0 : logits.Length / (depth * LogitScan.Lanes);
        if (logits.Length <= SmallCount || rows * LogitScan.Lanes < count)
        {
            return SelectAll(logits, tokens, keys);
        }

        var maxima = ArrayPool<float>.Shared.Rent(rows * LogitScan.Lanes);
        try
        {
            return SelectByGroups(logits, tokens, count, depth, maxima.AsSpan(0, rows * LogitScan.Lanes), keys);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(maxima);
        }
    }

    /// <summary>Writes the keys of all logits from start to end that are at least a bound, in their order.</summary>
    /// <returns>How many there are.</returns>
    public static int PackAtLeast(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> tokens, int start, int end, float bound, Span<ulong> keys)
    {
        var found = 0;
        var bounds = Vector256.Create(bound);
        ref var first = ref MemoryMarshal.GetReference(logits[..end]);
        var i = start;
        for (; i <= end - LogitScan.Lanes; i += LogitScan.Lanes)
        {
            var mask = Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref first, (nuint)i), bounds)
                .ExtractMostSignificantBits();
            for (; mask != 0; mask &= mask - 1)
            {
                var place = i + BitOperations.TrailingZeroCount(mask);
                keys[found++] = KeyOf(logits[place], tokens.IsEmpty ? place : tokens[place]);
            }
        }

        for (; i < end; i++)
        {
            if (logits[i] >= bound)
            {
                keys[found++] = KeyOf(logits[i], tokens.IsEmpty ? i : tokens[i]);
            }
        }

        return found;
    }

    private static int SelectAll(ReadOnlySpan<float> logits, ReadOnlySpan<int> tokens, Span<ulong> keys)
    {
        for (var i = 0; i < logits.Length; i++)
        {
            if (float.IsNaN(logits[i]))
            {
                return -1;
            }

            keys[i] = KeyOf(logits[i], tokens.IsEmpty ? i : tokens[i]);
        }

        Sort(keys[..logits.Length], tokens.IsEmpty);
        return logits.Length;
    }

    private static int SelectByGroups(
        ReadOnlySpan<float> logits,
        ReadOnlySpan<int> tokens,
        int count,
        int depth,
        Span<float> maxima,
        Span<ulong> keys)
    {
        if (!LogitScan.GroupMaxima(logits, depth, maxima))
        {
            return -1;
        }

        var bound = LowerBound(maxima, count);
        var bounds = Vector256.Create(bound);
        var found = 0;
        for (var group = 0; group < maxima.Length; group += LogitScan.Lanes)
        {
            if (Vector256.GreaterThanOrEqualAny(Vector256.Create<float>(maxima[group..]), bounds))
            {
                var end = (group + LogitScan.Lanes) * depth;
                found += PackAtLeast(logits, tokens, group * depth, end, bound, keys[found..]);
            }
        }

        found += PackAtLeast(logits, tokens, maxima.Length * depth, logits.Length, bound, keys[found..]);
        Sort(keys[..found], tokens.IsEmpty);
        return found;
    }

    /// <summary>Finds a bound that at least count of the values reach, and not many more.</summary>
    private static float LowerBound(ReadOnlySpan<float> values, int count)
    {
        // Halves the range of floats, in the order of their bits; a dozen rounds over few values.
        var low = Turn(BitConverter.SingleToInt32Bits(float.NegativeInfinity));
        var high = Turn(BitConverter.SingleToInt32Bits(float.PositiveInfinity)) + 1;
        while (high - (long)low > 1)
        {
            var middle = (int)((low + (long)high) >> 1);
            var reached = LogitScan.CountAtLeast(values, BitConverter.Int32BitsToSingle(Turn(middle)));
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

    private static void Sort(Span<ulong> keys, bool areTokensAscending)
    {
        const int RadixCount = 1024;
        if (!areTokensAscending || keys.Length < RadixCount)
        {
            keys.Sort();
            return;
        }

        var scratch = ArrayPool<ulong>.Shared.Rent(keys.Length);
        RadixSort(keys, scratch.AsSpan(0, keys.Length));
        ArrayPool<ulong>.Shared.Return(scratch);
    }

    /// <summary>Sorts by the upper halves and leaves equal ones in their order, that of their tokens.</summary>
    private static void RadixSort(Span<ulong> keys, Span<ulong> scratch)
    {
        const int Digits = 4;
        const int Values = 256;
        Span<int> starts = stackalloc int[Digits * Values];
        starts.Clear();
        foreach (var key in keys)
        {
            for (var digit = 0; digit < Digits; digit++)
            {
                starts[(digit * Values) + DigitOf(key, digit)]++;
            }
        }

        for (var digit = 0; digit < Digits; digit++)
        {
            var ofDigit = starts.Slice(digit * Values, Values);
            var start = 0;
            for (var value = 0; value < Values; value++)
            {
                (ofDigit[value], start) = (start, start + ofDigit[value]);
            }

            foreach (var key in keys)
            {
                scratch[ofDigit[DigitOf(key, digit)]++] = key;
            }

            var sorted = scratch;
            scratch = keys;
            keys = sorted;
        }
    }

    private static int DigitOf(ulong key, int digit) => (byte)(key >> (32 + (8 * digit)));

    public static ulong KeyOf(float logit, int token)
    {
        var bits = BitConverter.SingleToInt32Bits(logit + 0f);   // -0 becomes 0, to which it is equal
        return ((ulong)(uint)~(Turn(bits) ^ int.MinValue) << 32) | (uint)token;
    }

    /// <summary>Turns a float's bits into an integer of the same order, and such an integer back.</summary>
    private static int Turn(int bits) => bits ^ ((bits >> 31) & int.MaxValue);
}
