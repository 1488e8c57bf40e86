using System.Numerics.Tensors;
using Lamina.Sampling;

namespace Lamina.LlamaCpp.Tests.Sequences;

/// <summary>
/// Chooses the best token, or those that it is given in turn, and notes how likely each was and how far behind the
/// best one.
/// </summary>
internal sealed class Recorder(params int[] tokens) : ISampler
{
    private readonly List<float> _logProbabilities = [];
    private readonly List<float> _gaps = [];

    /// <summary>The natural logarithm of each chosen token's probability.</summary>
    public IReadOnlyList<float> LogProbabilities => _logProbabilities;

    /// <summary>How much more likely the best token was, as a difference of logarithms.</summary>
    public IReadOnlyList<float> Gaps => _gaps;

    /// <summary>Options that choose with it alone.</summary>
    public GenerationOptions Options(int count) =>
        new() { MaxTokens = count, Samplers = () => new(this) };

    public void Apply(ref Candidates candidates)
    {
        var logits = candidates.CurrentLogits;
        var best = TensorPrimitives.IndexOfMax(logits);
        var chosen = _gaps.Count < tokens.Length ? tokens[_gaps.Count] : best;
        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - logits[best]);
        }

        _gaps.Add(logits[best] - logits[chosen]);
        _logProbabilities.Add((float)(logits[chosen] - logits[best] - Math.Log(sum)));
        candidates.Selected = chosen;
    }
}
