using System.Collections.Immutable;
using System.Globalization;
using Lamina.Runtime;

namespace Lamina.Placement;

/// <summary>Reads a topology from the files by which Linux tells of it.</summary>
/// <param name="root">The folder that has <c>sys</c> and <c>proc</c>.</param>
internal sealed class CpuTopologyReader(string root)
{
    private const int OwnDistance = 10;
    private const int OtherDistance = 20;

    private readonly SystemFiles _files = new(root);

    public CpuTopology Read()
    {
        var permitted = Permitted("Cpus_allowed_list");
        var online = _files.ReadCpus("sys/devices/system/cpu/online") is { Count: > 0 } said
            ? said
            : permitted ?? [.. Enumerable.Range(0, Environment.ProcessorCount)];
        var (quota, grouped) = CgroupLimits.Read(_files);
        var nodes = ReadNodes(online);
        return new()
        {
            Nodes = nodes,
            Cores = ReadCores(online),
            AllowedCpus = Within(Within(online, permitted), grouped),
            MemoryNodes = [.. Within([.. nodes.Where(node => node.MemoryBytes > 0).Select(node => node.Id)], Permitted("Mems_allowed_list"))],
            CpuQuota = quota,
        };
    }

    /// <summary>What a limit leaves of CPUs, or of nodes, which are listed alike; one that leaves nothing is no limit.</summary>
    private static CpuSet Within(CpuSet all, CpuSet? limit) => limit?.Intersect(all) is { Count: > 0 } left ? left : all;

    private CpuSet? Permitted(string name) => _files.ReadLines("proc/self/status")
        .Where(line => line.StartsWith(name + ":", StringComparison.Ordinal))
        .Select(line => CpuSet.TryParse(line[(name.Length + 1)..], out var found) ? found : null)
        .FirstOrDefault(found => found is { Count: > 0 });

    private ImmutableArray<CpuSet> ReadCores(CpuSet online)
    {
        var cores = ImmutableArray.CreateBuilder<CpuSet>();
        var left = online;
        while (left.Count > 0)
        {
            var cpu = left.First();
            var folder = string.Create(CultureInfo.InvariantCulture, $"sys/devices/system/cpu/cpu{cpu}/topology");
            var siblings = _files.ReadCpus(folder + "/core_cpus_list") ?? _files.ReadCpus(folder + "/thread_siblings_list") ?? [];
            cores.Add(siblings.Intersect(left).Union([cpu]));
            left = left.Except(cores[^1]);
        }

        return cores.DrainToImmutable();
    }

    private ImmutableArray<NumaNode> ReadNodes(CpuSet online)
    {
        CpuSet ids = [.. (_files.ReadCpus("sys/devices/system/node/online") ?? []).Where(id => id <= CpuPlacement.MaxNode)];
        var nodes = new List<NumaNode>();
        var left = online;
        foreach (var id in ids)
        {
            var folder = string.Create(CultureInfo.InvariantCulture, $"sys/devices/system/node/node{id}");
            var cpus = (_files.ReadCpus(folder + "/cpulist") ?? []).Intersect(left);
            left = left.Except(cpus);
            nodes.Add(ReadMemory(folder + "/meminfo") with
            {
                Id = id,
                Cpus = cpus,
                Distances = ReadDistances(folder + "/distance", nodes.Count, ids.Count),
            });
        }

        // Where a CPU is on no node, this machine has no nodes as far as anyone can tell.
        return left.Count == 0
            ? [.. nodes]
            : [ReadMemory("proc/meminfo") with { Id = 0, Cpus = online, Distances = [OwnDistance] }];
    }

    private ImmutableArray<int> ReadDistances(string path, int self, int count)
    {
        var read = _files.ReadLines(path).SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var distance) ? distance : 0)
            .ToImmutableArray();
        return read.Length == count && read.All(distance => distance > 0)
            ? read
            : [.. Enumerable.Range(0, count).Select(node => node == self ? OwnDistance : OtherDistance)];
    }

    /// <summary>A node with nothing but its memory. Its lines are <c>MemFree: 12 kB</c>, of one node with a beginning.</summary>
    private NumaNode ReadMemory(string path)
    {
        var bytes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in _files.ReadLines(path))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [.., var name, var number, "kB"]
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes)
                && kibibytes < long.MaxValue / 4096)
            {
                bytes[name] = kibibytes * 1024;
            }
        }

        string[] freeable = ["MemFree:", "Active(file):", "Inactive(file):", "SReclaimable:"];
        return new()
        {
            Id = 0,
            Cpus = [],
            Distances = [],
            MemoryBytes = bytes.TryGetValue("MemTotal:", out var total) ? total : null,
            FreeMemoryBytes = bytes.ContainsKey("MemFree:") ? freeable.Sum(name => bytes.GetValueOrDefault(name)) : null,
        };
    }
}
