using System.Collections.Immutable;

namespace Lamina.Tokens;

/// <summary>
/// How probable a generated token was, in natural logarithms: as the model computed it, and as the samplers left it.
/// </summary>
/// <param name="Raw">The token's log-probability by the model's own logits, at temperature 1, 0 at the most.</param>
/// <param name="Processed">
/// Its log-probability in the distribution from which it was drawn, 0 at the most; 0 where the most probable token is
/// taken without a draw.
/// </param>
/// <param name="TopRaw">
/// The tokens that the model held most probable, best first: as many as were asked for, or fewer where fewer are possible.
/// </param>
/// <param name="TopProcessed">The same of the distribution from which the token was drawn.</param>
public sealed record TokenLogProbabilities(
    float Raw,
    float Processed,
    ImmutableArray<TokenLogProbability> TopRaw,
    ImmutableArray<TokenLogProbability> TopProcessed);
