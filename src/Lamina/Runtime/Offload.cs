using System.Collections.Immutable;

namespace Lamina.Runtime;

/// <summary>What of a model goes to which devices: all of it decided, nothing left to be found out.</summary>
public sealed record Offload
{
    /// <summary>Everything on the CPU.</summary>
    public static Offload None { get; } = new();

    /// <summary>Names of the devices, as <see cref="ComputeDevice.Name"/> has them. Default: none, the CPU alone.</summary>
    public ImmutableArray<string> Devices { get; init; } = [];

    /// <summary>
    /// How many of the last layers go to the devices, from 0 to <see cref="ModelInfo.LayerCount"/> + 1: what makes logits
    /// is one more, and the first to go.
    /// </summary>
    public int Layers { get; init; }

    /// <summary>How several devices divide it. Default: by layers.</summary>
    public DeviceSplit Split { get; init; }

    /// <summary>Each device's share, in the order of <see cref="Devices"/>; they add up to 1. None where there is one
    /// device.</summary>
    public ImmutableArray<float> Shares { get; init; } = [];

    /// <summary>Weights that go elsewhere than their layer: names, with the device of each, <c>CPU</c> for host memory.</summary>
    public ImmutableSortedDictionary<string, string> Tensors { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether two say the same.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(Offload? other) =>
        other is not null
        && Devices.AsSpan().SequenceEqual(other.Devices.AsSpan())
        && Layers == other.Layers
        && Split == other.Split
        && Shares.AsSpan().SequenceEqual(other.Shares.AsSpan())
        && Tensors.SequenceEqual(other.Tensors);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Devices.Length, Layers, Split, Shares.Length, Tensors.Count);
}
