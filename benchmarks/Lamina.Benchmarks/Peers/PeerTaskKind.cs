namespace Lamina.Benchmarks.Peers;

/// <summary>What is measured of a task.</summary>
internal enum PeerTaskKind
{
    /// <summary>Tokens a second of all streams while all of them run.</summary>
    Decode,

    /// <summary>Tokens of the prompt a second, until the first token after it.</summary>
    Prefill,

    /// <summary>Milliseconds until the first token.</summary>
    FirstToken,
}
