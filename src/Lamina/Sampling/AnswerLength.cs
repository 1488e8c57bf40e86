namespace Lamina.Sampling;

/// <summary>
/// Counts the tokens of an answer for a sampler, which is told of the prompt's as well: a token that comes after the
/// sampler was applied was sampled.
/// </summary>
internal struct AnswerLength
{
    private bool _isSampling;

    /// <summary>How many tokens were sampled.</summary>
    public int Count { get; private set; }

    /// <summary>The sampler is applied.</summary>
    public void OnApply() => _isSampling = true;

    /// <summary>The sampler learns of a token.</summary>
    public void OnAccept()
    {
        Count += _isSampling ? 1 : 0;
        _isSampling = false;
    }
}
