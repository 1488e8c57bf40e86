namespace Lamina.Benchmarks.Peers;

/// <summary>Each later line to the program that runs LLamaSharp: prompts to go on from, all at once.</summary>
/// <param name="Prompts">Their tokens, for its batched executor.</param>
/// <param name="Texts">The same as text, for its stateless executor.</param>
/// <param name="Tokens">Tokens that are wanted after each.</param>
internal sealed record LLamaSharpRequest(int[][] Prompts, string[] Texts, int Tokens);
