using Lamina.Tokens;

namespace Lamina.Scheduling;

/// <summary>A token that was chosen, and how probable it was where that is asked for.</summary>
internal readonly record struct SampledToken(int Id, TokenLogProbabilities? LogProbabilities);
