using Lamina.Tuning;
using Lamina.Tuning.Roofline;

namespace Tune;

/// <summary>What the command line asks for.</summary>
/// <param name="Model">Path of the GGUF file.</param>
/// <param name="Output">The file to write.</param>
/// <param name="Tuning">What is tuned for, and what may change.</param>
/// <param name="Roofline">The loads under a roofline, where that is asked for instead.</param>
internal sealed record Arguments(string Model, string Output, TuningOptions Tuning, RooflineOptions? Roofline);
