using System.Runtime.InteropServices;

namespace Lamina.Tokens;

/// <summary>A token that might have come, and how probable it was.</summary>
/// <param name="Token">The token's id.</param>
/// <param name="LogProbability">The natural logarithm of its probability, 0 at the most.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TokenLogProbability(int Token, float LogProbability);
