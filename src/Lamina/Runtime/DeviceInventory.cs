using System.Collections.Immutable;

namespace Lamina.Runtime;

/// <summary>What a runtime can compute on, and what it cannot.</summary>
public sealed record DeviceInventory
{
    /// <summary>The devices, in the runtime's order.</summary>
    public required ImmutableArray<ComputeDevice> Devices { get; init; }

    /// <summary>Parts of the runtime for other devices that are there and of no use. Default: none.</summary>
    public ImmutableArray<UnusableBackend> Unusable { get; init; } = [];
}
