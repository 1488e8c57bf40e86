using System.Buffers;
using System.Collections.Immutable;
using System.Numerics.Tensors;
using Lamina.Tokens;

namespace Lamina.Sampling;

/// <summary>Reads log-probabilities off logits.</summary>
internal static class LogProbabilities
{
    /// <summary>Reads those of a token that was chosen.</summary>
    /// <param name="source">The model's logits.</param>
    /// <param name="left">What the samplers left of them.</param>
    /// <param name="index">The chosen candidate's place.</param>
    /// <param name="isDrawn">Whether it was drawn, and not taken as the most probable.</param>
    /// <param name="top">How many of the most probable tokens to list, at least 0.</param>
    public static TokenLogProbabilities Read(
        ReadOnlySpan<float> source, in Candidates left, int index, bool isDrawn, int top)
    {
        var token = left.TokenAt(index);
        var rawTotal = LogTotal(source);
        var raw = Math.Min(source[token] - rawTotal, 0);
        var topRaw = Top(source, [], rawTotal, top);
        if (!isDrawn)
        {
            return new(raw, 0, topRaw, top > 0 ? [new(token, 0)] : []);
        }

        var logits = left.CurrentLogits;
        var total = LogTotal(logits);
        return new(raw, Math.Min(logits[index] - total, 0), topRaw, Top(logits, left.CurrentTokens, total, top));
    }

    /// <summary>The logarithm of the sum of the exponentials.</summary>
    private static float LogTotal(ReadOnlySpan<float> logits)
    {
        var buffer = ArrayPool<float>.Shared.Rent(logits.Length);
        var exponentials = buffer.AsSpan(0, logits.Length);
        var max = TensorPrimitives.Max(logits);
        TensorPrimitives.Subtract(logits, max, exponentials);
        TensorPrimitives.Exp(exponentials, exponentials);
        var total = max + MathF.Log(TensorPrimitives.Sum<float>(exponentials));
        ArrayPool<float>.Shared.Return(buffer);
        return total;
    }

    private static ImmutableArray<TokenLogProbability> Top(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> tokens, float total, int count)
    {
        count = Math.Min(count, logits.Length);
        if (count == 0)
        {
            return [];
        }

        var keys = ArrayPool<ulong>.Shared.Rent(logits.Length);
        var found = Math.Min(TopSelection.Select(logits, tokens, count, keys), count); // below 0 where a logit is NaN
        var possible = 0;
        while (possible < found && TopSelection.LogitOf(keys[possible]) > float.NegativeInfinity)
        {
            possible++;
        }

        var top = ImmutableArray.CreateBuilder<TokenLogProbability>(possible);
        foreach (var key in keys.AsSpan(0, possible))
        {
            top.Add(new(TopSelection.TokenOf(key), Math.Min(TopSelection.LogitOf(key) - total, 0)));
        }

        ArrayPool<ulong>.Shared.Return(keys);
        return top.MoveToImmutable();
    }
}
