using System.Numerics.Tensors;
using Lamina.Sequences;

namespace Lamina.Scheduling;

/// <summary>
/// Finds the log-probability of each token of a text, given all before it: natural logarithms, from the first token to
/// score on.
/// </summary>
internal sealed class ScoreRequest : ResultRequest<float[]>
{
    private readonly int[] _tokens;
    private readonly int _unscored;
    private readonly float[] _work;
    private float[] _logProbabilities = [];
    private int _first;
    private int _next;

    /// <summary>Creates the request.</summary>
    /// <param name="sequence">What comes before; with the tokens at least two.</param>
    /// <param name="profile">What a policy may know of it.</param>
    /// <param name="tokens">What is put on the sequence.</param>
    /// <param name="unscored">How many of them are not to be scored; above 0 where the sequence is empty.</param>
    /// <param name="vocabularySize">Length of the logits.</param>
    public ScoreRequest(CachedSequence sequence, RequestProfile profile, int[] tokens, int unscored, int vocabularySize)
        : base(sequence, profile)
    {
        _tokens = tokens;
        _unscored = unscored;
        _work = new float[vocabularySize];
    }

    // What follows the last token is of no interest, so that token is not computed.
    public override int Target => Sequence.Tokens.Count - 1;

    public override int FirstOutput => _next - 1;

    public override void Begin()
    {
        _first = _next = Sequence.Tokens.Count + _unscored;
        Sequence.Tokens.AddRange(_tokens);
        _logProbabilities = new float[_tokens.Length - _unscored];
    }

    public override bool OnOutput(KvCache cache, int index, int position)
    {
        var logits = cache.Decoder.GetLogits(index);
        _next = position + 1;
        _logProbabilities[_next - _first] = LogSoftmax(logits, Sequence.Tokens[_next]);
        _next++;
        if (position < Target - 1)
        {
            return false;
        }

        Complete(_logProbabilities);
        return true;
    }

    private float LogSoftmax(ReadOnlySpan<float> logits, int token)
    {
        var most = TensorPrimitives.Max(logits);
        TensorPrimitives.Subtract(logits, most, _work);
        TensorPrimitives.Exp<float>(_work, _work);
        var logProbability = logits[token] - most - MathF.Log(TensorPrimitives.Sum<float>(_work));
        return float.IsNaN(logProbability)
            ? throw new LaminaException("score", "The model computed NaN; its weights may be damaged.")
            : logProbability;
    }
}
