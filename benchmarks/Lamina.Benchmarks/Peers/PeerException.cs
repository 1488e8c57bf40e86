namespace Lamina.Benchmarks.Peers;

/// <summary>A peer does not do what it was asked for.</summary>
internal sealed class PeerException(string message, Exception? innerException = null) : Exception(message, innerException);
