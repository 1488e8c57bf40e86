namespace Lamina.Scheduling;

/// <content>Answers that a second sequence guides.</content>
internal sealed partial class GenerationRequest
{
    private readonly GuideRequest? _guide;

    /// <summary>The own logits while the guide's are awaited, and the tokens that they are after.</summary>
    private (float[] Logits, int Length) _own = ([], -1);

    private int _answerStart;

    public override SequenceRequest? Partner => _guide;

    public override bool IsPaused => _own.Length == Sequence.Tokens.Count;

    /// <summary>The tokens of the answer so far.</summary>
    public ReadOnlySpan<int> Answer => Sequence.TokenSpan[_answerStart..^_takenBack];

    public override bool OnPaused()
    {
        if (!_guide!.IsReady)
        {
            return false;
        }

        _own.Length = -1;
        return Take(_guide.Contrast(_own.Logits));
    }

    private bool TakeGuided(ReadOnlySpan<float> logits)
    {
        _own.Logits = _own.Logits.Length == 0 ? new float[logits.Length] : _own.Logits;
        logits.CopyTo(_own.Logits);
        _own.Length = Sequence.Tokens.Count;
        return OnPaused();
    }
}
