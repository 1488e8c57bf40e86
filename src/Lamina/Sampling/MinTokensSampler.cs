using System.Collections.Immutable;

namespace Lamina.Sampling;

/// <summary>Rules out the tokens that end an answer while it has fewer tokens than it is to have.</summary>
/// <param name="ends">The tokens that end an answer.</param>
/// <param name="least">How many tokens come before one of them.</param>
internal sealed class MinTokensSampler(ImmutableArray<int> ends, int least) : ISampler
{
    private AnswerLength _answer;

    public void Apply(ref Candidates candidates)
    {
        _answer.OnApply();
        if (_answer.Count >= least)
        {
            return;
        }

        var logits = candidates.Logits;
        foreach (var token in ends)
        {
            var index = candidates.IndexOf(token);
            if (index >= 0)
            {
                logits[index] = float.NegativeInfinity;
            }
        }
    }

    public void Accept(int token) => _answer.OnAccept();

    public void Reset() => _answer = default;

    public ISampler Clone() => new MinTokensSampler(ends, least) { _answer = _answer };

    public override string ToString() => $"min-tokens({least})";
}
