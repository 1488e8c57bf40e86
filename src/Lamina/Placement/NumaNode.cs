using System.Collections.Immutable;
using Lamina.Runtime;

namespace Lamina.Placement;

/// <summary>A NUMA node: CPUs and the memory beside them. Either may be missing.</summary>
public sealed record NumaNode
{
    /// <summary>The system's number of it. Numbers may have gaps.</summary>
    public required int Id { get; init; }

    /// <summary>Its CPUs that are online; none where it is memory alone.</summary>
    public required CpuSet Cpus { get; init; }

    /// <summary>Its memory in bytes; 0 where it has none, null where that is not known.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>How many of these are free, or hold files that make way; null where that is not known.</summary>
    public long? FreeMemoryBytes { get; init; }

    /// <summary>
    /// How far the memory of each node is, in the order of <see cref="CpuTopology.Nodes"/>: 10 for its own, 20 for twice
    /// as far.
    /// </summary>
    public required ImmutableArray<int> Distances { get; init; }
}
