using System.Collections.Immutable;
using Lamina.Runtime;

namespace Lamina.Placement;

/// <summary>Where an engine is to be computed, with what it takes of memory there, and why.</summary>
public sealed record PlacementPlan
{
    /// <summary>What goes to which devices.</summary>
    public required Offload Offload { get; init; }

    /// <summary>What each of the devices is to hold; none where everything stays on the CPU.</summary>
    public ImmutableArray<DeviceLoad> Devices { get; init; } = [];

    /// <summary>The most tokens of prompt and answer together.</summary>
    public required int ContextSize { get; init; }

    /// <summary>All that the engine takes of memory, on whatever device.</summary>
    public required MemoryEstimate Estimate { get; init; }

    /// <summary>What was decided and why, in words, in the order of the decisions.</summary>
    public ImmutableArray<string> Reasons { get; init; } = [];

    /// <summary>What the devices hold, in bytes.</summary>
    public long DeviceBytes => Devices.Sum(load => load.Bytes);
}
