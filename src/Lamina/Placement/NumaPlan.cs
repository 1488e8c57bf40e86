using System.Collections.Immutable;
using Lamina.Runtime;

namespace Lamina.Placement;

/// <summary>
/// How several engines share a machine: each has CPUs of its own on one NUMA node, and its memory on that node, so that
/// none reads weights from afar.
/// </summary>
public sealed record NumaPlan
{
    /// <summary>The engines, by node.</summary>
    public required ImmutableArray<NumaWorker> Workers { get; init; }

    /// <summary>Divides what the process may use of a machine.</summary>
    /// <remarks>
    /// Nodes without CPUs get no engine. Each other node gets one before any gets a second, those with more cores first.
    /// The cores of a node are divided evenly, and so is a CPU quota over all engines. An engine on a node without memory
    /// takes that of the nearest node that has some. Where only one node has memory, memory is left to the system.
    /// </remarks>
    /// <param name="topology">The machine.</param>
    /// <param name="workers">
    /// How many engines, from 1 to the physical cores that the process may use. Default: null, one a node, but no more
    /// than the CPU quota has threads for.
    /// </param>
    /// <param name="threads">
    /// The threads of each, from 1 to the CPUs of the one that has the fewest. Default: null, its physical cores, or its
    /// part of the quota where that is less.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static NumaPlan Create(CpuTopology topology, int? workers = null, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var nodes = topology.Nodes
            .Select(node => (Node: node, Cores: topology.CoresOf(node.Cpus.Intersect(topology.AllowedCpus))))
            .Where(share => share.Cores.Count > 0)
            .ToArray();
        var coreCount = nodes.Sum(share => share.Cores.Count);
        var count = workers ?? Math.Min(nodes.Length, topology.ThreadsOn(coreCount));
        if (count < 1 || count > coreCount)
        {
            throw new ArgumentOutOfRangeException(
                nameof(workers), workers, $"There must be from 1 to {coreCount} workers, one a core that the process may use.");
        }

        var dealt = Deal(count, [.. nodes.Select(share => share.Cores.Count)]);
        var parts = nodes.Zip(dealt, (share, among) => Divide(share.Cores, among).Select(cores => (share.Node, Cores: cores)))
            .SelectMany(part => part)
            .ToArray();
        var most = parts.Min(part => Join(part.Cores).Count);
        if (threads < 1 || threads > most)
        {
            throw new ArgumentOutOfRangeException(
                nameof(threads), threads, $"Each of {count} workers can have from 1 to {most} threads, one a CPU.");
        }

        var shares = Deal(topology.ThreadsOn(parts.Sum(part => part.Cores.Length)), [.. parts.Select(part => part.Cores.Length)]);
        return new()
        {
            Workers =
            [
                .. parts.Zip(shares, (part, share) => new NumaWorker
                {
                    Node = part.Node.Id,
                    Cpu = Place(topology, part.Node, Join(part.Cores)),
                    Threads = Math.Min(threads ?? Math.Max(share, 1), CpuTopology.MaxThreads),
                }),
            ],
        };
    }

    /// <summary>Deals things out in proportion to sizes, one to each before a second to any, the largest first.</summary>
    private static int[] Deal(int count, int[] sizes)
    {
        var dealt = new int[sizes.Length];
        for (; count > 0; count--)
        {
            var next = Enumerable.Range(0, sizes.Length)
                .OrderBy(i => dealt[i] > 0)
                .ThenByDescending(i => (double)sizes[i] / (dealt[i] + 1))
                .First();
            dealt[next]++;
        }

        return dealt;
    }

    /// <summary>Divides cores into runs that differ by one at the most; into none where there are none.</summary>
    private static IEnumerable<CpuSet[]> Divide(List<CpuSet> cores, int count) => Enumerable.Range(0, count)
        .Select(i => cores[(cores.Count * i / count)..(cores.Count * (i + 1) / count)].ToArray());

    private static CpuSet Join(CpuSet[] cores) => cores.Aggregate((all, core) => all.Union(core));

    private static CpuPlacement Place(CpuTopology topology, NumaNode node, CpuSet cpus) => new()
    {
        Affinity = cpus.Equals(topology.AllowedCpus) ? null : cpus,
        MemoryNode = topology.MemoryNodes.Length < 2 ? null
            : topology.MemoryNodes.Contains(node.Id) ? node.Id
            : topology.MemoryNodes.MinBy(id => Distance(topology, node, id)),
    };

    private static int Distance(CpuTopology topology, NumaNode node, int id) =>
        node.Distances[topology.Nodes.IndexOf(topology.Nodes.Single(other => other.Id == id))];
}
