using System.Runtime.InteropServices;

namespace Lamina.Quantization.Quality;

/// <summary>What is kept of the source's distribution at one token, besides the codes of its log-probabilities.</summary>
/// <param name="Least">The log-probability that code 0 stands for.</param>
/// <param name="Step">By how much each further code is more.</param>
/// <param name="Top">The most probable token.</param>
/// <param name="LogProbability">The log-probability of the token that the text goes on with.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SourcePosition(float Least, float Step, int Top, double LogProbability);
