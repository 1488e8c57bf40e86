using System.Buffers;
using Lamina.Constraints;
using Lamina.Sampling;
using Lamina.Tokens;

namespace Lamina.Scheduling;

/// <summary>Chooses the tokens of an answer: by a pipeline, among those that the answer's form allows.</summary>
/// <param name="pipeline">The samplers.</param>
/// <param name="constraint">The form; null where it has none.</param>
internal sealed class AnswerSampler(SamplerPipeline pipeline, ConstraintMatcher? constraint)
{
    /// <summary>How many of the most probable tokens are checked at once: more than the usual samplers leave, then many more.</summary>
    private static readonly int[] LikelyCounts = [64, 1024];

    /// <summary>Whether the answer has the form that it is to have, and nothing can be added to it.</summary>
    public bool IsOver => constraint is { IsOver: true };

    /// <summary>Chooses the next token and accepts it.</summary>
    /// <param name="logits">The model's logits.</param>
    /// <param name="ruledOut">Tokens that are not to be chosen.</param>
    /// <param name="top">How many of the most probable tokens to list; null where nobody wants to know.</param>
    /// <param name="logProbabilities">How probable the token was; null where nobody wants to know.</param>
    /// <returns>The token; −1 where the form allows none that is not ruled out.</returns>
    public int Choose(ReadOnlySpan<float> logits, ReadOnlySpan<int> ruledOut, int? top, out TokenLogProbabilities? logProbabilities)
    {
        var token = pipeline.Choose(logits, ruledOut, logits, top, out logProbabilities);
        if (constraint is not null)
        {
            token = constraint.Allows(token) ? token : ChooseAgain(token, logits, ruledOut, top, out logProbabilities);
            if (token < 0)
            {
                return token;
            }
        }

        Accept(token);
        return token;
    }

    /// <summary>The tokens that must come next, whatever the model says.</summary>
    public int[] Forced() => constraint?.Forced() ?? [];

    /// <summary>Takes a token that is part of the answer.</summary>
    public void Accept(int token)
    {
        constraint?.Accept(token);
        pipeline.Accept(token);
    }

    /// <summary>A sampler that goes on as this one would, and independently of it.</summary>
    public AnswerSampler Clone() => new(pipeline.Clone(), constraint?.Clone());

    /// <summary>
    /// Draws again without what is refused: the first that can come is then as probable as if the others had never been
    /// there. Some of the most probable are checked first, and all where that is not enough.
    /// </summary>
    private int ChooseAgain(
        int refused, ReadOnlySpan<float> logits, ReadOnlySpan<int> ruledOut, int? top, out TokenLogProbabilities? logProbabilities)
    {
        logProbabilities = null;
        var buffer = ArrayPool<float>.Shared.Rent(logits.Length);
        try
        {
            var allowed = buffer.AsSpan(0, logits.Length);
            logits.CopyTo(allowed);
            foreach (var token in ruledOut)
            {
                allowed[token] = float.NegativeInfinity;
            }

            allowed[refused] = float.NegativeInfinity;
            foreach (var count in LikelyCounts)
            {
                if (!MaskLikely(allowed, count))
                {
                    continue;
                }

                refused = pipeline.Choose(allowed, [], logits, top, out logProbabilities);
                if (constraint!.Allows(refused))
                {
                    return refused;
                }
            }

            constraint!.Mask(allowed);
            if (!allowed.ContainsAnyExcept(float.NegativeInfinity))
            {
                return -1;
            }

            refused = pipeline.Choose(allowed, [], logits, top, out logProbabilities);
            return constraint.Allows(refused) ? refused : throw new LaminaException(
                "generate",
                $"The samplers chose token {refused}, which has a probability of 0 since the answer's form does not allow it.");
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    /// <summary>Rules out those of the most probable tokens that cannot come next.</summary>
    /// <returns>Whether any of these can come.</returns>
    private bool MaskLikely(Span<float> logits, int count)
    {
        var keys = ArrayPool<ulong>.Shared.Rent(logits.Length);
        try
        {
            var isAnyLeft = false;
            var found = TopSelection.Select(logits, [], Math.Min(count, logits.Length), keys);
            foreach (var key in keys.AsSpan(0, found))
            {
                var token = TopSelection.TokenOf(key);
                logits[token] = constraint!.Allows(token) ? logits[token] : float.NegativeInfinity;
                isAnyLeft |= logits[token] > float.NegativeInfinity;
            }

            return isAnyLeft;
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(keys);
        }
    }
}
