using Lamina.Sampling;

namespace Lamina.Scheduling;

/// <summary>A token that is held back, with what it takes to choose another in its place.</summary>
/// <param name="Token">The token.</param>
/// <param name="ByteCount">How many bytes of text it is.</param>
/// <param name="Before">The samplers as they were before it was chosen.</param>
/// <param name="RuledOut">Tokens that were ruled out in its place, or null.</param>
internal readonly record struct HeldToken(
    SampledToken Token, int ByteCount, AnswerSampler Before, List<int>? RuledOut);
