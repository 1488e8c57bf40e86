using Lamina.Runtime;

namespace Lamina.Placement;

/// <summary>Where one of several engines on a machine runs, and with how many threads.</summary>
public sealed record NumaWorker
{
    /// <summary>The NUMA node whose CPUs it has.</summary>
    public required int Node { get; init; }

    /// <summary>Its CPUs and its memory, for <see cref="EngineOptions.Cpu"/>.</summary>
    public required CpuPlacement Cpu { get; init; }

    /// <summary>Its threads, for <see cref="EngineOptions.Threads"/>.</summary>
    public required int Threads { get; init; }
}
