using System.Collections.Immutable;

namespace Lamina;

/// <summary>How likely the model holds a text.</summary>
/// <param name="Tokens">The text's tokens, in order.</param>
public sealed record TextScore(ImmutableArray<TokenScore> Tokens)
{
    /// <summary>The natural logarithm of the text's probability: the sum over the tokens that have one.</summary>
    public double LogLikelihood => Tokens.Sum(token => (double)(token.LogProbability ?? 0));

    /// <summary>
    /// The perplexity: e to the mean negative log-probability of a token; 1 is certainty, and NaN stands for a text
    /// without a scored token.
    /// </summary>
    public double Perplexity => Math.Exp(-LogLikelihood / Tokens.Count(token => token.LogProbability is not null));
}
