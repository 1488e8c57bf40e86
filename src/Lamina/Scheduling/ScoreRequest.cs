using System.Numerics.Tensors;
using Lamina.Runtime;

namespace Lamina.Scheduling;

/// <summary>
/// Finds the log-probability of each token of a text, given all before it: natural logarithms, from the first token to
/// score on.
/// </summary>
internal sealed class ScoreRequest : ResultRequest<float[]>
{
    private readonly int[] _tokens;
    private readonly int _first;
    private readonly float[] _logProbabilities;
    private readonly float[] _work;

    /// <summary>Creates the request.</summary>
    /// <param name="tokens">What comes before, and the text; at least two tokens.</param>
    /// <param name="first">The position, from 1, of the first token to score.</param>
    /// <param name="vocabularySize">Length of the logits.</param>
    public ScoreRequest(int[] tokens, int first, int vocabularySize)
    {
        _tokens = tokens;
        _first = first;
        _logProbabilities = new float[tokens.Length - first];
        _work = new float[vocabularySize];
    }

    // What follows the last token is of no interest, so that token is not computed.
    public override int TokenCount => _tokens.Length - 1;

    public override int TokenAt(int position) => _tokens[position];

    public override bool WantsOutput(int position) => position >= _first - 1;

    public override bool OnOutput(IDecoder decoder, int index, int position)
    {
        var logits = decoder.GetLogits(index);
        _logProbabilities[position + 1 - _first] = LogSoftmax(logits, _tokens[position + 1]);
        if (position < TokenCount - 1)
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
