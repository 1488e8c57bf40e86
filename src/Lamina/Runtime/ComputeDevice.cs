namespace Lamina.Runtime;

/// <summary>A device that a runtime can compute on.</summary>
public sealed record ComputeDevice
{
    /// <summary>The runtime's name for it, unlike those of all others: <c>CPU</c>, <c>Vulkan0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its maker's name for it.</summary>
    public required string Description { get; init; }

    /// <summary>What it is.</summary>
    public required DeviceKind Kind { get; init; }

    /// <summary>The part of the runtime that computes on it: <c>CPU</c>, <c>Vulkan</c>, <c>CUDA</c>.</summary>
    public required string Backend { get; init; }

    /// <summary>Its memory in bytes, which is the machine's where it has none of its own; null where nobody says.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>
    /// The part of <see cref="MemoryBytes"/> that was free when the device was listed, in bytes; all of it where the
    /// driver does not count. Null where nobody says, as of a processor outside of Windows.
    /// </summary>
    public long? FreeMemoryBytes { get; init; }

    /// <summary>Where it sits in the machine, such as the address on its bus; the same for all backends that see it. Null where
    /// nobody says.</summary>
    public string? Address { get; init; }

    /// <summary>What it can do besides computing. Default: nothing.</summary>
    public DeviceCapabilities Capabilities { get; init; }
}
