using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Scheduling;

/// <content>Answers without banned phrases.</content>
internal sealed partial class GenerationRequest
{
    /// <summary>How many tokens are taken off the sequence before the next batch; until then they may not be.</summary>
    private int _takenBack;

    /// <summary>Whether the sequence ended with more tokens than were handed out.</summary>
    public bool IsAhead => _phrases is { HeldCount: > 0 };

    /// <summary>Chooses a token that completes no banned phrase, or takes those back that did.</summary>
    private bool TakeGuarded(PhraseGuard phrases, ReadOnlySpan<float> logits)
    {
        SampledToken token;
        int taken;
        do
        {
            var before = _sampler.Clone();
            token = SampleGuarded(phrases, logits);
            if (token.Id < 0)
            {
                return Release(phrases, token, all: true) || Finish(token, FinishReason.DeadEnd, "");
            }

            taken = phrases.Add(token, before, out var restored);
            _sampler = restored ?? _sampler;
            _generated -= taken;
            if (taken == 1)
            {
                Sequence.Tokens.RemoveRange(Sequence.Tokens.Count - 1, 1); // nothing was computed of it
            }
        }
        while (taken == 1);

        // The cache is left alone until the batch's other outputs are read.
        _takenBack = taken;
        return taken == 0 && Release(phrases, token, all: _generated >= _limits.MaxTokens
            || Sequence.Tokens.Count >= _limits.ContextSize
            || _tokenizer.GetKind(token.Id).HasFlag(TokenKinds.EndOfGeneration));
    }

    private SampledToken SampleGuarded(PhraseGuard phrases, ReadOnlySpan<float> logits)
    {
        try
        {
            return Sample(logits, phrases.RuledOut);
        }
        catch (LaminaException e) when (phrases.RuledOut.Length > 0)
        {
            throw new LaminaException(
                "generate",
                $"No token is left after {_generated} of the answer: {phrases.RuledOut.Length} led to a banned phrase, and "
                    + "the samplers allow no other.",
                innerException: e);
        }
    }

    /// <summary>Hands out what can be no phrase's beginning; all, where nothing more can come or the context shifts.</summary>
    private bool Release(PhraseGuard phrases, SampledToken newest, bool all)
    {
        while (phrases.TryRelease(all, out var token))
        {
            if (Emit(token, isNewest: phrases.HeldCount == 0 && newest.Id >= 0))
            {
                return true;
            }
        }

        return false;
    }
}
