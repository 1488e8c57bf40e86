using System.Globalization;
using Lamina.Placement;

namespace Lamina.Tests.Placement;

/// <summary>A made-up machine: the files by which Linux would tell of it, in a temporary folder.</summary>
internal sealed class SystemTree : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lamina-system");

    /// <summary>A machine whose nodes have as many cores and gibibytes each, with cores numbered before their siblings.</summary>
    public static SystemTree Regular(int nodes, int coresANode, int threadsACore = 1, int gibibytes = 4)
    {
        var tree = new SystemTree();
        var cores = nodes * coresANode;
        tree.Write("sys/devices/system/cpu/online", $"0-{(cores * threadsACore) - 1}");
        for (var cpu = 0; cpu < cores * threadsACore; cpu++)
        {
            var core = cpu % cores;
            tree.AddCpu(cpu, string.Join(',', Enumerable.Range(0, threadsACore).Select(thread => core + (thread * cores))));
        }

        tree.Write("sys/devices/system/node/online", nodes == 1 ? "0" : $"0-{nodes - 1}");
        for (var node = 0; node < nodes; node++)
        {
            var ranges = Enumerable.Range(0, threadsACore)
                .Select(thread => (node * coresANode) + (thread * cores))
                .Select(first => $"{first}-{first + coresANode - 1}");
            tree.AddNode(node, string.Join(',', ranges), gibibytes);
            tree.Write(
                $"sys/devices/system/node/node{node}/distance",
                string.Join(' ', Enumerable.Range(0, nodes).Select(other => 10 + (11 * Math.Abs(other - node)))));
        }

        return tree;
    }

    public void AddCpu(int cpu, string siblings) => Write($"sys/devices/system/cpu/cpu{cpu}/topology/core_cpus_list", siblings);

    public void AddNode(int node, string cpus, int gibibytes)
    {
        Write($"sys/devices/system/node/node{node}/cpulist", cpus);
        Write($"sys/devices/system/node/node{node}/meminfo", string.Create(CultureInfo.InvariantCulture, $"""

            Node {node} MemTotal:       {gibibytes << 20} kB
            Node {node} MemFree:        {gibibytes << 18} kB
            Node {node} MemUsed:        {(gibibytes << 20) - (gibibytes << 18)} kB
            Node {node} Active(file):   1024 kB
            Node {node} Inactive(file): 2048 kB
            Node {node} SReclaimable:   1024 kB
            Node {node} HugePages_Total:     0
            """));
    }

    /// <summary>What the process may use, by its own file.</summary>
    public void Allow(string cpus, string nodes) =>
        Write("proc/self/status", $"Name:\tdotnet\nCpus_allowed:\tff\nCpus_allowed_list:\t{cpus}\nMems_allowed_list:\t{nodes}\n");

    /// <summary>The second version of cgroups, in which the process is in a group.</summary>
    public void MountGroups(string path, string top = "/")
    {
        Write("proc/self/cgroup", $"0::{path}");
        Write("proc/self/mountinfo", $"22 27 0:21 / /proc rw - proc proc rw\n38 31 0:35 {top} /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw");
    }

    public void Write(string path, string text)
    {
        var file = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
    }

    public string ReadText(string path) => File.ReadAllText(Path.Combine(_folder.FullName, path)).TrimEnd();

    public void Delete(string path) => Directory.Delete(Path.Combine(_folder.FullName, path), recursive: true);

    public CpuTopology Read() => CpuTopology.Read(_folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);
}
