namespace Lamina.Benchmarks.Peers;

/// <summary>The answer to each line.</summary>
/// <param name="Times">When each token of each stream was there, in the stopwatch's ticks since the line was read; none for the first line.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
internal sealed record LLamaSharpAnswer(long[][] Times, string? Error = null);
