using Lamina.Placement;
using Lamina.Runtime;

namespace Lamina.Tests.Placement;

/// <summary>How engines share machines: each with CPUs of its own, on one node, with memory as near as can be.</summary>
internal sealed class NumaPlanTests
{
    [TestCase(2, 2, 1, "0: 0-1 @0 x2 | 1: 2-3 @1 x2")]
    [TestCase(2, 2, 2, "0: 0-1,4-5 @0 x2 | 1: 2-3,6-7 @1 x2")]
    [TestCase(4, 1, 2, "0: 0,4 @0 x1 | 1: 1,5 @1 x1 | 2: 2,6 @2 x1 | 3: 3,7 @3 x1")]
    [TestCase(1, 4, 1, "0: all @- x4")]
    public void Create_OneANode_HasItsCpusAndMemory(int nodes, int cores, int threadsACore, string expected)
    {
        using var tree = SystemTree.Regular(nodes, cores, threadsACore);
        Assert.That(Text(NumaPlan.Create(tree.Read())), Is.EqualTo(expected));
    }

    [TestCase(1, "0: 0-3 @0 x4")]
    [TestCase(2, "0: 0-3 @0 x4 | 1: 4-7 @1 x4")]
    [TestCase(3, "0: 0-1 @0 x2 | 0: 2-3 @0 x2 | 1: 4-7 @1 x4")]
    [TestCase(5, "0: 0 @0 x1 | 0: 1 @0 x1 | 0: 2-3 @0 x2 | 1: 4-5 @1 x2 | 1: 6-7 @1 x2")]
    [TestCase(8, "0: 0 @0 x1 | 0: 1 @0 x1 | 0: 2 @0 x1 | 0: 3 @0 x1 | 1: 4 @1 x1 | 1: 5 @1 x1 | 1: 6 @1 x1 | 1: 7 @1 x1")]
    public void Create_SomeWorkers_DivideTheNodes(int workers, string expected)
    {
        using var tree = SystemTree.Regular(2, 4);
        Assert.That(Text(NumaPlan.Create(tree.Read(), workers)), Is.EqualTo(expected));
    }

    [Test]
    public void Create_OneNode_IsDividedWithMemoryLeftToTheSystem()
    {
        using var tree = SystemTree.Regular(1, 4, threadsACore: 2);
        Assert.That(Text(NumaPlan.Create(tree.Read(), workers: 2)), Is.EqualTo("0: 0-1,4-5 @- x2 | 0: 2-3,6-7 @- x2"));
    }

    [Test]
    public void Create_NodesOfUnlikeSizes_EachGetOneBeforeTheLargeGetMore()
    {
        using var tree = SystemTree.Regular(2, 5);
        tree.Write("sys/devices/system/node/node0/cpulist", "0-7");
        tree.Write("sys/devices/system/node/node1/cpulist", "8-9");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(NumaPlan.Create(tree.Read(), 1)), Is.EqualTo("0: 0-7 @0 x8"));
            Assert.That(Text(NumaPlan.Create(tree.Read(), 2)), Is.EqualTo("0: 0-7 @0 x8 | 1: 8-9 @1 x2"));
            Assert.That(Text(NumaPlan.Create(tree.Read(), 3)), Is.EqualTo("0: 0-3 @0 x4 | 0: 4-7 @0 x4 | 1: 8-9 @1 x2"));
        }
    }

    [Test]
    public void Create_NodeWithoutCpus_GetsNoWorkerButGivesMemoryToTheNearest()
    {
        using var tree = SystemTree.Regular(4, 2);
        tree.AddNode(1, "2-3", gibibytes: 0);
        tree.AddNode(2, "4-5", gibibytes: 0);
        tree.AddNode(3, "", gibibytes: 64);
        tree.Write("sys/devices/system/cpu/online", "0-5");
        Assert.That(Text(NumaPlan.Create(tree.Read())), Is.EqualTo("0: 0-1 @0 x2 | 1: 2-3 @0 x2 | 2: 4-5 @3 x2"));
    }

    [Test]
    public void Create_NumbersWithGaps_KeepTheirDistances()
    {
        using var tree = SystemTree.Regular(1, 4);
        tree.Write("sys/devices/system/node/online", "0,3,7");
        tree.AddNode(0, "0-1", gibibytes: 4);
        tree.AddNode(3, "2-3", gibibytes: 0);
        tree.AddNode(7, "", gibibytes: 4);
        tree.Write("sys/devices/system/node/node3/distance", "28 10 14");
        Assert.That(Text(NumaPlan.Create(tree.Read())), Is.EqualTo("0: 0-1 @0 x2 | 3: 2-3 @7 x2"));
    }

    [Test]
    public void Create_WhatTheProcessMayNotUse_IsLeftOut()
    {
        using var tree = SystemTree.Regular(3, 4, threadsACore: 2);
        tree.Allow("1-3,13,20", "0,2");
        Assert.That(Text(NumaPlan.Create(tree.Read())), Is.EqualTo("0: 1-3,13 @0 x3 | 2: 20 @2 x1"));
    }

    [TestCase(6, null, "0: 0-3 @0 x3 | 1: 4-7 @1 x3")]
    [TestCase(5, null, "0: 0-3 @0 x3 | 1: 4-7 @1 x2")]
    [TestCase(1.5, null, "0: 0-3 @0 x1 | 1: 4-7 @1 x1")]
    [TestCase(1, null, "0: 0-3 @0 x1")]
    [TestCase(1, 3, "0: 0-1 @0 x1 | 0: 2-3 @0 x1 | 1: 4-7 @1 x1")]
    [TestCase(64, null, "0: 0-3 @0 x4 | 1: 4-7 @1 x4")]
    public void Create_Quota_IsDivided(double quota, int? workers, string expected)
    {
        using var tree = SystemTree.Regular(2, 4);
        Assert.That(Text(NumaPlan.Create(tree.Read() with { CpuQuota = quota }, workers)), Is.EqualTo(expected));
    }

    [TestCase(1, "0: 0-1,4-5 @0 x1 | 1: 2-3,6-7 @1 x1")]
    [TestCase(4, "0: 0-1,4-5 @0 x4 | 1: 2-3,6-7 @1 x4")]
    public void Create_Threads_AreThose(int threads, string expected)
    {
        using var tree = SystemTree.Regular(2, 2, threadsACore: 2);
        Assert.That(Text(NumaPlan.Create(tree.Read(), threads: threads)), Is.EqualTo(expected));
    }

    [TestCase(0, null, "workers", "from 1 to 4")]
    [TestCase(5, null, "workers", "from 1 to 4")]
    [TestCase(2, 0, "threads", "from 1 to 4")]
    [TestCase(2, 5, "threads", "from 1 to 4")]
    public void Create_OutOfRange_SaysTheRange(int workers, int? threads, string argument, string range)
    {
        using var tree = SystemTree.Regular(2, 2, threadsACore: 2);
        Assert.That(
            () => NumaPlan.Create(tree.Read(), workers, threads),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(argument).And.Message.Contains(range));
    }

    [Test]
    public void Create_RandomMachines_NoCpuIsSharedAndNoneIsElsewhere()
    {
        var random = new Random(3);
        for (var round = 0; round < 40; round++)
        {
            using var tree = SystemTree.Regular(random.Next(1, 9), random.Next(1, 7), random.Next(1, 3));
            var allowed = string.Join(',', Enumerable.Range(0, 100).Where(_ => random.Next(3) > 0));
            tree.Allow(allowed, "0-7");
            var topology = tree.Read();
            var cores = topology.CoresOf(topology.AllowedCpus).Count;
            var plan = NumaPlan.Create(topology, random.Next(1, cores + 1));
            var sets = plan.Workers.Select(worker => worker.Cpu.Affinity ?? topology.AllowedCpus).ToArray();
            var sizes = plan.Workers.Zip(sets).GroupBy(worker => worker.First.Node, worker => topology.CoresOf(worker.Second).Count);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(sets.Sum(set => set.Count), Is.EqualTo(sets.Aggregate((all, set) => all.Union(set)).Count), "none twice");
                foreach (var (worker, cpus) in plan.Workers.Zip(sets))
                {
                    Assert.That(cpus.Except(topology.CpusOf(worker.Node)), Is.Empty);
                    Assert.That(worker.Threads, Is.EqualTo(topology.CoresOf(cpus).Count));
                    Assert.That(topology.Faults(worker.Cpu, worker.Threads), Is.Empty);
                }

                foreach (var node in sizes)
                {
                    Assert.That(node.Max() - node.Min(), Is.LessThanOrEqualTo(1), "evenly");
                }
            }
        }
    }

    private static string Text(NumaPlan plan) => string.Join(" | ", plan.Workers.Select(worker =>
        $"{worker.Node}: {worker.Cpu.Affinity?.ToString() ?? "all"} @{worker.Cpu.MemoryNode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"} x{worker.Threads}"));
}
