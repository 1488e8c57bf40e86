using Lamina.Runtime;
using Lamina.Sequences;
using Microsoft.Extensions.Logging;

namespace Lamina.Scheduling;

/// <summary>What a decode loop is made of.</summary>
internal sealed record LoopSetup
{
    /// <summary>The name of its thread.</summary>
    public required string Name { get; init; }

    /// <summary>Makes the decoder, on the loop's thread; the loop disposes of it.</summary>
    public required Func<IDecoder> CreateDecoder { get; init; }

    /// <summary>The decoder's model.</summary>
    public required ModelInfo Model { get; init; }

    /// <summary>Whose turn is next.</summary>
    public ISchedulingPolicy Policy { get; init; } = new FirstComeFirstServedPolicy();

    /// <summary>The most bytes of host memory for states.</summary>
    public long HostCacheBytes { get; init; }

    /// <summary>Whether finished sequences are kept for those that begin as they did.</summary>
    public bool KeepsPrefixes { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>When the engine started, by the clock.</summary>
    public required long Started { get; init; }

    /// <summary>What is reported.</summary>
    public required EngineInstruments Instruments { get; init; }

    /// <summary>Where failures are logged.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Since the engine started.</summary>
    public TimeSpan Now => Time.GetElapsedTime(Started);

    /// <summary>Makes the host memory for states.</summary>
    public StateStore CreateStore() => new(Model.Fingerprint, HostCacheBytes, KeepsPrefixes);
}
