using System.Buffers;
using Lamina.Constraints;
using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Tokens;

namespace Lamina.Scheduling;

/// <summary>Chooses the tokens of an answer: by a pipeline, among those that the answer's form allows.</summary>
/// <param name="pipeline">The samplers.</param>
/// <param name="constraint">The form; null where it has none.</param>
internal sealed class AnswerSampler(SamplerPipeline pipeline, ConstraintMatcher? constraint)
{
    private const int Redraws = 8;

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
    public int[] Forced(ITokenizer tokenizer) => constraint?.Forced(tokenizer) ?? [];

    /// <summary>Takes a token that is part of the answer.</summary>
    public void Accept(int token)
    {
        constraint?.Accept(token);
        pipeline.Accept(token);
    }

    /// <summary>A sampler that goes on as this one would, and independently of it.</summary>
    public AnswerSampler Clone() => new(pipeline.Clone(), constraint?.Clone());

    /// <summary>
    /// Draws again without what was refused: the first that can come is then as probable as if the others had never been
    /// there. After a few, all tokens are checked.
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

            for (var again = 0; again <= Redraws; again++)
            {
                allowed[refused] = float.NegativeInfinity;
                if (again == Redraws)
                {
                    constraint!.Mask(allowed);
                }

                if (!allowed.ContainsAnyExcept(float.NegativeInfinity))
                {
                    return -1;
                }

                refused = pipeline.Choose(allowed, [], logits, top, out logProbabilities);
                if (constraint!.Allows(refused))
                {
                    return refused;
                }
            }

            throw new LaminaException(
                "generate",
                $"The samplers chose token {refused}, which has a probability of 0 since the answer's form does not allow it.");
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }
}
