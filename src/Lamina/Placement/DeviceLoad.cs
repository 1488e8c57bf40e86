namespace Lamina.Placement;

/// <summary>What a device is to hold of a model.</summary>
public sealed record DeviceLoad
{
    /// <summary>The device's name.</summary>
    public required string Device { get; init; }

    /// <summary>Layers that it computes; what makes logits counts as one.</summary>
    public required int Layers { get; init; }

    /// <summary>Weights, KV cache and what a step computes with, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>What was free on it, in bytes; null where it does not say.</summary>
    public required long? FreeBytes { get; init; }
}
