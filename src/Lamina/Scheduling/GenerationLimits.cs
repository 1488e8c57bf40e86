namespace Lamina.Scheduling;

/// <summary>When a generation ends by itself.</summary>
/// <param name="MaxTokens">The most tokens to generate.</param>
/// <param name="ContextSize">The most tokens that the sequence may have.</param>
/// <param name="KeptTokens">
/// Tokens at the beginning that a shift keeps when the context is full; null where nothing is shifted.
/// </param>
/// <param name="FailsWhenFull">Whether a full context is an error, and not an end.</param>
internal readonly record struct GenerationLimits(
    int MaxTokens, int ContextSize, int? KeptTokens = null, bool FailsWhenFull = false)
{
    /// <summary>
    /// What a sequence of a length forgets before its next token: where it is full, half of the tokens between those
    /// that are kept and the last.
    /// </summary>
    public (int Start, int Count) ToForget(int length) =>
        KeptTokens is { } kept && length >= ContextSize ? (kept, Math.Max((length - 1 - kept) / 2, 0)) : (0, 0);
}
