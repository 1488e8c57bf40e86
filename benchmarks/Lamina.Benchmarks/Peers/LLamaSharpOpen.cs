namespace Lamina.Benchmarks.Peers;

/// <summary>The first line to the program that runs LLamaSharp.</summary>
/// <param name="Model">The GGUF file.</param>
/// <param name="Threads">Its threads.</param>
/// <param name="Streams">Streams that it has room for.</param>
/// <param name="ContextSize">Tokens of each stream.</param>
internal sealed record LLamaSharpOpen(string Model, int Threads, int Streams, int ContextSize);
