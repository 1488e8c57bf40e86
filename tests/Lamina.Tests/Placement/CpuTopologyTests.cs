using Lamina.Placement;
using Lamina.Runtime;

namespace Lamina.Tests.Placement;

/// <summary>Machines of all shapes, read from the files by which Linux would tell of them.</summary>
internal sealed class CpuTopologyTests
{
    [TestCase(1, 4, 1)]
    [TestCase(1, 2, 2)]
    [TestCase(2, 2, 1)]
    [TestCase(2, 8, 2)]
    [TestCase(4, 3, 2)]
    [TestCase(8, 12, 2)]
    public void Read_RegularMachine_HasNodesAndCores(int nodes, int coresANode, int threadsACore)
    {
        using var tree = SystemTree.Regular(nodes, coresANode, threadsACore);
        var read = tree.Read();
        var cores = nodes * coresANode;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Nodes.Select(node => node.Id), Is.EqualTo(Enumerable.Range(0, nodes)));
            Assert.That(read.Nodes.Select(node => node.Cpus.Count), Is.All.EqualTo(coresANode * threadsACore));
            Assert.That(read.Nodes[^1].Cpus.First(), Is.EqualTo(cores - coresANode));
            Assert.That(read.Nodes.Select(node => node.MemoryBytes), Is.All.EqualTo(4L << 30));
            Assert.That(read.Nodes.Select(node => node.FreeMemoryBytes), Is.All.EqualTo((1L << 30) + (4 << 20)));
            Assert.That(read.Nodes[0].Distances, Is.EqualTo(Enumerable.Range(0, nodes).Select(node => 10 + (11 * node))));
            Assert.That(read.MemoryNodes, Is.EqualTo(Enumerable.Range(0, nodes)));
            Assert.That(read.Cores, Has.Length.EqualTo(cores));
            Assert.That(read.Cores[0], Is.EqualTo(Enumerable.Range(0, threadsACore).Select(thread => thread * cores)));
            Assert.That(read.AllowedCpus, Is.EqualTo(Enumerable.Range(0, cores * threadsACore)));
            Assert.That(read.CpuQuota, Is.Null);
            Assert.That(read.GetDefaultThreads(), Is.EqualTo(cores));
            Assert.That(read.GetDefaultThreads(read.Nodes[0].Cpus), Is.EqualTo(coresANode));
        }
    }

    [Test]
    public void Read_NodesWithoutCpusOrMemory_AreThere()
    {
        using var tree = SystemTree.Regular(1, 2);
        tree.Write("sys/devices/system/node/online", "0,2,5");
        tree.Write("sys/devices/system/node/node0/cpulist", "0");
        tree.AddNode(2, "1", gibibytes: 0);
        tree.AddNode(5, "", gibibytes: 64);
        tree.Write("sys/devices/system/node/node2/distance", "21 10 17");
        var read = tree.Read();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Nodes.Select(node => (node.Id, node.Cpus.ToString(), node.MemoryBytes)), Is.EqualTo(new (int, string, long?)[]
            {
                (0, "0", 4L << 30), (2, "1", 0), (5, "", 64L << 30),
            }));
            Assert.That(read.MemoryNodes, Is.EqualTo([0, 5]));
            Assert.That(read.Nodes[1].Distances, Is.EqualTo([21, 10, 17]));
            Assert.That(read.Nodes[2].Distances, Is.EqualTo([20, 20, 10]), "not said");
        }
    }

    [Test]
    public void Read_OfflineCpus_AreNowhere()
    {
        using var tree = SystemTree.Regular(2, 2, threadsACore: 2);
        tree.Write("sys/devices/system/cpu/online", "0-1,3-5");
        var read = tree.Read();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Cores.Select(core => core.ToString()), Is.EqualTo(["0,4", "1,5", "3"]));
            Assert.That(read.Nodes.Select(node => node.Cpus.ToString()), Is.EqualTo(["0-1,4-5", "3"]));
            Assert.That(read.AllowedCpus.ToString(), Is.EqualTo("0-1,3-5"));
            Assert.That(read.GetDefaultThreads(), Is.EqualTo(3));
        }
    }

    [Test]
    public void Read_OlderKernel_HasItsNameOfSiblings()
    {
        using var tree = SystemTree.Regular(1, 4);
        for (var cpu = 0; cpu < 4; cpu++)
        {
            tree.Delete($"sys/devices/system/cpu/cpu{cpu}");
            tree.Write($"sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list", cpu < 2 ? "0-1" : "2-3");
        }

        Assert.That(tree.Read().Cores.Select(core => core.ToString()), Is.EqualTo(["0-1", "2-3"]));
    }

    [TestCase("1-2", "1", "1-2", "1", 2)]
    [TestCase("0-255", "0-31", "0-7", "0,1", 4)]
    [TestCase("0,4", "0", "0,4", "0", 1)]
    [TestCase("", "", "0-7", "0,1", 4)]
    [TestCase("9-10", "7", "0-7", "0,1", 4)]
    public void Read_WhatTheProcessMayUse_IsHeeded(string cpus, string nodes, string expectedCpus, string expectedNodes, int threads)
    {
        using var tree = SystemTree.Regular(2, 2, threadsACore: 2);
        tree.Allow(cpus, nodes);
        var read = tree.Read();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.AllowedCpus.ToString(), Is.EqualTo(expectedCpus));
            Assert.That(string.Join(',', read.MemoryNodes), Is.EqualTo(expectedNodes));
            Assert.That(read.GetDefaultThreads(), Is.EqualTo(threads));
            Assert.That(read.Cores, Has.Length.EqualTo(4), "the machine's, not the process'");
        }
    }

    [Test]
    public void Read_NoNodes_IsOneWithAllCpusAndMemory()
    {
        using var tree = SystemTree.Regular(2, 2);
        tree.Delete("sys/devices/system/node");
        tree.Write("proc/meminfo", "MemTotal:  8 kB\nMemFree:  2 kB\nInactive(file):  1 kB");
        var node = tree.Read().Nodes.Single();
        Assert.That(
            (node.Id, node.Cpus.ToString(), node.MemoryBytes, node.FreeMemoryBytes, node.Distances.Single()),
            Is.EqualTo((0, "0-3", (long?)8192, (long?)3072, 10)));
    }

    [Test]
    public void Read_Nothing_IsWhatDotNetSays()
    {
        using var tree = new SystemTree();
        var read = tree.Read();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.AllowedCpus, Has.Count.EqualTo(Environment.ProcessorCount));
            Assert.That(read.Nodes.Single().Cpus, Is.EqualTo(read.AllowedCpus));
            Assert.That(read.Nodes.Single().MemoryBytes, Is.Null);
            Assert.That(read.MemoryNodes, Is.Empty);
            Assert.That(read.Cores, Has.Length.EqualTo(Environment.ProcessorCount));
            Assert.That(read.GetDefaultThreads(), Is.EqualTo(Environment.ProcessorCount));
        }
    }

    [Test]
    public void Read_RandomDamage_AlwaysGivesAMachineThatCanBeUsed()
    {
        string[] files =
        [
            "sys/devices/system/cpu/online", "sys/devices/system/cpu/cpu1/topology/core_cpus_list", "sys/devices/system/node/online",
            "sys/devices/system/node/node0/cpulist", "sys/devices/system/node/node1/cpulist", "sys/devices/system/node/node1/meminfo",
            "sys/devices/system/node/node1/distance", "proc/self/status", "proc/self/cgroup", "proc/self/mountinfo",
            "sys/fs/cgroup/cpu.max", "sys/fs/cgroup/a/cpu.max", "sys/fs/cgroup/a/cpuset.cpus.effective",
        ];
        string[] damages =
        [
            "", "\n\n", "-1", "0", "0-7", "9999999999999999999", "4-1", "max", "max max", "0 0", "-5 100", "nan 1e9", "a:b:c", "0::/../..", "::",
            "\0\0\0", "1 2 3 4 5 - cgroup2 x y", " - ", "Cpus_allowed_list:", "Cpus_allowed_list:\t8191", "Node 1 MemTotal: 99999999999999999999 kB",
            "Node 1 MemTotal: 9223372036854775807 kB", "10 0", "10 -20", "2000000 1", "1 9223372036854775807",
        ];
        var random = new Random(2);
        using var tree = SystemTree.Regular(2, 2, threadsACore: 2);
        tree.Allow("0-7", "0-1");
        tree.MountGroups("/a");
        Array.ForEach(files[^3..], file => tree.Write(file, ""));
        var whole = files.ToDictionary(file => file, tree.ReadText, StringComparer.Ordinal);
        for (var round = 0; round < 300; round++)
        {
            var damaged = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => (files[random.Next(files.Length)], damages[random.Next(damages.Length)])).ToArray();
            Array.ForEach(damaged, damage => tree.Write(damage.Item1, damage.Item2));
            var read = tree.Read();
            using (Assert.EnterMultipleScope())
            {
                var what = string.Join(" ", damaged);
                Assert.That(read.AllowedCpus, Is.Not.Empty, what);
                Assert.That(read.GetDefaultThreads(), Is.InRange(1, 8), what);
                Assert.That(read.Nodes, Is.Not.Empty, what);
                Assert.That(read.Nodes.Sum(node => node.Cpus.Count), Is.EqualTo(read.Cores.Sum(core => core.Count)), what);
                Assert.That(read.Nodes.Select(node => node.Distances.Length), Is.All.EqualTo(read.Nodes.Length), what);
                Assert.That(NumaPlan.Create(read).Workers, Is.Not.Empty, what);
            }

            Array.ForEach(damaged, damage => tree.Write(damage.Item1, whole[damage.Item1]));
        }
    }

    [Test]
    public void Read_ThisMachine_HasTheCpusOfThisProcess()
    {
        var read = CpuTopology.Read();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.AllowedCpus, Has.Count.GreaterThanOrEqualTo(Environment.ProcessorCount));
            Assert.That(read.GetDefaultThreads(), Is.InRange(1, Math.Max(1, read.AllowedCpus.Count)));
        }
    }

    [TestCase("0-3", 4, false, null, "")]
    [TestCase("0-3", 4, true, 1, "")]
    [TestCase("3-4", 1, false, null, "Affinity was 3-4; the process may use 0-3")]
    [TestCase("0-1", 3, true, null, "3 threads on the CPUs 0-1")]
    [TestCase(null, 5, true, null, "5 threads on the CPUs 0-3")]
    [TestCase(null, 1, false, 2, "MemoryNode was 2; the process may take memory of 0, 1")]
    public void Faults_WhatTheMachineHasNot_IsNamed(string? cpus, int threads, bool isPinned, int? node, string expected)
    {
        using var tree = SystemTree.Regular(2, 2);
        var placement = new CpuPlacement { Affinity = cpus is null ? null : CpuSet.Parse(cpus), PinThreads = isPinned, MemoryNode = node };
        Assert.That(string.Concat(tree.Read().Faults(placement, threads)), expected.Length == 0 ? Is.Empty : Does.Contain(expected));
    }

    [TestCase(3, "0-2")]
    [TestCase(4, "0-3")]
    [TestCase(5, "0-4")]
    [TestCase(1, "0")]
    public void Spread_PinnedThreads_HaveCoresBeforeSiblings(int threads, string expected)
    {
        using var tree = SystemTree.Regular(1, 4, threadsACore: 2);
        Assert.That(tree.Read().Spread(new() { PinThreads = true }, threads).Affinity!.ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void Spread_SiblingsSideBySide_AreTakenLast()
    {
        using var tree = SystemTree.Regular(1, 6);
        for (var cpu = 0; cpu < 6; cpu++)
        {
            tree.AddCpu(cpu, $"{cpu / 2 * 2}-{(cpu / 2 * 2) + 1}");
        }

        var read = tree.Read();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Spread(new() { PinThreads = true }, 3).Affinity!.ToString(), Is.EqualTo("0,2,4"));
            Assert.That(read.Spread(new() { PinThreads = true }, 4).Affinity!.ToString(), Is.EqualTo("0-2,4"));
            Assert.That(read.Spread(new() { PinThreads = true, Affinity = [1, 2, 3] }, 2).Affinity!.ToString(), Is.EqualTo("1-2"));
            Assert.That(read.Spread(new() { Affinity = [1, 2, 3] }, 2).Affinity!.ToString(), Is.EqualTo("1-3"), "not pinned");
        }
    }
}
