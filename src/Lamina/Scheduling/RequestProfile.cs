using System.Runtime.InteropServices;

namespace Lamina.Scheduling;

/// <summary>What is known of a request when it comes, for a policy to rank it by.</summary>
/// <param name="Submitted">When it came, from the start of the engine.</param>
/// <param name="Priority">Its priority; 0 unless it was given one, and the larger the more urgent.</param>
/// <param name="PromptTokens">Tokens to read.</param>
/// <param name="PredictedTokens">
/// Tokens that it is expected to generate: as its options say, else the most that it may; 0 for one that generates
/// none.
/// </param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RequestProfile(TimeSpan Submitted, int Priority, int PromptTokens, int PredictedTokens);
