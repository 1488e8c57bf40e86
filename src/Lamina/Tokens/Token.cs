namespace Lamina.Tokens;

/// <summary>One step of a stream: a token that was generated and the text that it completed.</summary>
/// <param name="Id">The token's id in the vocabulary, or −1 where the stream ends without a further token.</param>
/// <param name="Text">
/// The text that is complete with this token; empty for a control token, for a part of a character, and while the
/// text may still become a stop sequence. The texts of a stream joined are its answer.
/// </param>
/// <param name="FinishReason">Why the stream ends, on its last element; null on the others.</param>
/// <param name="Usage">Counts and times of the whole request, on the last element; null on the others.</param>
/// <param name="LogProbabilities">
/// How probable this very token was, whatever text it completes; null where
/// <see cref="GenerationOptions.TopLogProbabilities"/> is.
/// </param>
public readonly record struct Token(
    int Id,
    string Text,
    FinishReason? FinishReason = null,
    Usage? Usage = null,
    TokenLogProbabilities? LogProbabilities = null);
