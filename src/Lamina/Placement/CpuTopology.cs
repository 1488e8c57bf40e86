using System.Collections.Immutable;
using Lamina.Runtime;

namespace Lamina.Placement;

/// <summary>The CPUs and NUMA nodes of a machine, and what of them the process may use.</summary>
/// <remarks>
/// Read on Linux. Elsewhere, and where the system hides it, there is one node with <see cref="Environment.ProcessorCount"/>
/// CPUs, each of which counts as a core.
/// </remarks>
public sealed record CpuTopology
{
    /// <summary>The most threads of an engine.</summary>
    internal const int MaxThreads = 512;

    private static readonly Lazy<CpuTopology> Once = new(() => Read());

    /// <summary>The NUMA nodes, by ascending <see cref="NumaNode.Id"/>; at least one.</summary>
    public required ImmutableArray<NumaNode> Nodes { get; init; }

    /// <summary>
    /// The physical cores, each with its logical CPUs that are online. A CPU of which it is not known counts as a core.
    /// </summary>
    public required ImmutableArray<CpuSet> Cores { get; init; }

    /// <summary>The CPUs that the process may use, by its affinity and its cgroups; at least one.</summary>
    public required CpuSet AllowedCpus { get; init; }

    /// <summary>The nodes that have memory which the process may use, by ascending number.</summary>
    public required ImmutableArray<int> MemoryNodes { get; init; }

    /// <summary>
    /// How many CPUs' worth of time the cgroups grant the process, the smallest of all levels: 1.5 for one and a half.
    /// Null where none limits it.
    /// </summary>
    public double? CpuQuota { get; init; }

    /// <summary>What was found when it was first asked for; free memory may have changed since.</summary>
    internal static CpuTopology Current => Once.Value;

    /// <summary>Reads what the system says now. What is missing or damaged there counts as not said.</summary>
    /// <param name="root">The folder that has <c>sys</c> and <c>proc</c>.</param>
    public static CpuTopology Read(string root = "/")
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        return new CpuTopologyReader(root).Read();
    }

    /// <summary>
    /// The threads of an engine that is not told how many: as many as physical cores that the process may use, since a
    /// core's second thread adds little where memory or arithmetic is the limit, and no more than the CPU quota pays for,
    /// rounded to the nearest whole, at least 1.
    /// </summary>
    /// <remarks>
    /// All threads of a step wait for each other, and spin while they do. A thread that the quota pays for by less than
    /// half would cost more in such waiting than it brings; one that it pays for by more is worth the wait.
    /// </remarks>
    /// <param name="cpus">The CPUs that the engine may use; null for all that the process may.</param>
    public int GetDefaultThreads(CpuSet? cpus = null) =>
        Math.Min(ThreadsOn(CoresOf(cpus?.Intersect(AllowedCpus) ?? AllowedCpus).Count), MaxThreads);

    /// <summary>The threads that some cores keep busy, and the quota pays for; at least 1.</summary>
    internal int ThreadsOn(int cores) =>
        (int)Math.Max(1, Math.Min(cores, Math.Round(CpuQuota ?? cores, MidpointRounding.AwayFromZero)));

    /// <summary>The parts of cores that some CPUs are; none is empty.</summary>
    internal List<CpuSet> CoresOf(CpuSet cpus) => [.. Cores.Select(core => core.Intersect(cpus)).Where(core => core.Count > 0)];

    /// <summary>The CPUs of a node that the process may use; none where it has none, or there is no such node.</summary>
    internal CpuSet CpusOf(int? id) =>
        Nodes.FirstOrDefault(node => node.Id == id)?.Cpus.Intersect(AllowedCpus) ?? [];

    /// <summary>What of a placement this machine does not have, in words.</summary>
    /// <param name="placement">The placement.</param>
    /// <param name="threads">The most threads at a time.</param>
    internal IEnumerable<string> Faults(CpuPlacement placement, int threads)
    {
        const string owner = nameof(CpuPlacement);
        if (placement.Affinity is { } affinity && affinity.Except(AllowedCpus).Count > 0)
        {
            yield return $"{owner}.{nameof(CpuPlacement.Affinity)} was {affinity}; the process may use {AllowedCpus}.";
        }
        else if (placement.PinThreads && (placement.Affinity ?? AllowedCpus) is var cpus && cpus.Count < threads)
        {
            yield return $"{owner}.{nameof(CpuPlacement.PinThreads)} was asked for with {threads} threads on the CPUs {cpus}; "
                + $"there must be as many CPUs as threads.";
        }

        if (placement.MemoryNode is { } node && !MemoryNodes.Contains(node))
        {
            yield return $"{owner}.{nameof(CpuPlacement.MemoryNode)} was {node}; the process may take memory of "
                + (MemoryNodes.IsEmpty ? "no node that is known; nodes are known on Linux." : $"{string.Join(", ", MemoryNodes)}.");
        }
    }

    /// <summary>The placement with as many CPUs as threads, on as many cores as there are, where each thread has its own.</summary>
    /// <param name="placement">A placement without <see cref="Faults"/>.</param>
    /// <param name="threads">The most threads at a time.</param>
    internal CpuPlacement Spread(CpuPlacement placement, int threads)
    {
        if (!placement.PinThreads)
        {
            return placement;
        }

        var cores = CoresOf(placement.Affinity ?? AllowedCpus);
        var inTurn = cores.SelectMany(core => core.Index()).OrderBy(cpu => cpu.Index).Select(cpu => cpu.Item);
        return placement with { Affinity = [.. inTurn.Take(threads)] };
    }
}
