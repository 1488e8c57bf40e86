using System.Numerics.Tensors;

namespace Lamina.Sampling;

/// <summary>Joins the logits of two sequences.</summary>
internal static class LogitContrast
{
    /// <summary>Moves logits away from others: other + scale · (own − other). Where either is not finite the own one stays.</summary>
    /// <param name="own">The logits of the answer's sequence.</param>
    /// <param name="other">As many of the other sequence.</param>
    /// <param name="scale">How far; 1 is not at all.</param>
    /// <param name="plausibility">Tokens below this part of the highest own probability get negative infinity.</param>
    /// <param name="result">As many; neither of the others.</param>
    public static void Apply(ReadOnlySpan<float> own, ReadOnlySpan<float> other, float scale, float plausibility, Span<float> result)
    {
        TensorPrimitives.Subtract(own, other, result);
        TensorPrimitives.MultiplyAdd(result, scale, other, result);
        var least = TensorPrimitives.Max(own) + MathF.Log(plausibility);
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = !float.IsFinite(result[i]) ? own[i] : own[i] < least ? float.NegativeInfinity : result[i];
        }
    }
}
