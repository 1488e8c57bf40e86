using Lamina.Sampling;
using Lamina.Sequences;

namespace Lamina.Scheduling;

/// <summary>The second sequence of a guided answer: another prompt, and after it the same answer, step by step.</summary>
/// <param name="sequence">A new sequence.</param>
/// <param name="profile">That of the answer's request.</param>
/// <param name="prompt">The other prompt.</param>
/// <param name="guidance">How the answer is guided.</param>
internal sealed class GuideRequest(CachedSequence sequence, RequestProfile profile, int[] prompt, Guidance guidance)
    : SequenceRequest(sequence, profile)
{
    private float[] _logits = [];
    private float[] _contrast = [];
    private int _length = -1; // the tokens that the logits are after

    /// <summary>The request of the answer.</summary>
    public required GenerationRequest Guided { get; init; }

    public override SequenceRequest Partner => Guided;

    public override bool IsGuide => true;

    public override bool IsCancelled => Guided.IsCancelled;

    public override bool Generates => true;

    public override bool IsGenerating => Guided.IsGenerating;

    public override int ForcedTokens => Guided.ForcedTokens;

    public override int FirstOutput => Sequence.Tokens.Count - 1;

    public override bool IsPaused => _length == Sequence.Tokens.Count;

    /// <summary>Whether it is where the answer is.</summary>
    public bool IsReady => _length == prompt.Length + Guided.Answer.Length;

    /// <summary>The logits to choose the next token by.</summary>
    /// <param name="own">Those of the answer's own sequence.</param>
    public ReadOnlySpan<float> Contrast(ReadOnlySpan<float> own)
    {
        LogitContrast.Apply(own, _logits, guidance.Scale, guidance.Plausibility, _contrast);
        return _contrast;
    }

    public override void Begin() => Sequence.Tokens.AddRange(prompt);

    public override void Prepare(KvCache cache)
    {
        var answer = Guided.Answer;
        var known = prompt.Length + Sequence.Tokens.Span[prompt.Length..].CommonPrefixLength(answer);
        if (known < Sequence.Tokens.Count)
        {
            cache.Rewind(Sequence, known);
        }

        Sequence.Tokens.AddRange(answer[(known - prompt.Length)..]);
    }

    public override bool OnOutput(KvCache cache, int index, int position)
    {
        var logits = cache.Decoder.GetLogits(index);
        if (_logits.Length == 0)
        {
            (_logits, _contrast) = (new float[logits.Length], new float[logits.Length]);
        }

        logits.CopyTo(_logits);
        _length = Sequence.Tokens.Count;
        return false;
    }

    public override void Fail(Exception error)
    {
        // Nobody reads of it but the answer's request, which fails as well.
    }
}
