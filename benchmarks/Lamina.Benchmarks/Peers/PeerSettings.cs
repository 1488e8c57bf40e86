namespace Lamina.Benchmarks.Peers;

/// <summary>What is the same for all peers.</summary>
/// <param name="Model">The GGUF file.</param>
/// <param name="Threads">Threads of each.</param>
/// <param name="Streams">Streams that it has room for.</param>
/// <param name="ContextSize">Tokens of each stream.</param>
internal sealed record PeerSettings(string Model, int Threads, int Streams, int ContextSize);
