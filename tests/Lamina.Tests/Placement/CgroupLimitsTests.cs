namespace Lamina.Tests.Placement;

/// <summary>What containers leave of a machine of 8 cores.</summary>
internal sealed class CgroupLimitsTests
{
    [TestCase("max 100000", null, 8)]
    [TestCase("150000 100000", 1.5, 2)]
    [TestCase("140000 100000", 1.4, 1)]
    [TestCase("50000 100000", 0.5, 1)]
    [TestCase("1000 100000", 0.01, 1)]
    [TestCase("410000 100000", 4.1, 4)]
    [TestCase("25000 10000", 2.5, 3)]
    [TestCase("6400000 100000", 64d, 8)]
    public void Version2_Quota_IsRoundedToWholeThreads(string limit, double? quota, int threads)
    {
        using var tree = SystemTree.Regular(1, 8);
        tree.MountGroups("/");
        tree.Write("sys/fs/cgroup/cpu.max", limit);
        var read = tree.Read();
        Assert.That((read.CpuQuota, read.GetDefaultThreads()), Is.EqualTo((quota, threads)));
    }

    [TestCase("200000 100000", "max 100000", "600000 100000", 2)]
    [TestCase("max 100000", "300000 100000", "600000 100000", 3)]
    [TestCase("max 100000", "max 100000", "400000 100000", 4)]
    public void Version2_SeveralLevels_TheSmallestCounts(string top, string middle, string own, double quota)
    {
        using var tree = SystemTree.Regular(1, 8);
        tree.MountGroups("/pods/a");
        tree.Write("sys/fs/cgroup/cpu.max", top);
        tree.Write("sys/fs/cgroup/pods/cpu.max", middle);
        tree.Write("sys/fs/cgroup/pods/a/cpu.max", own);
        tree.Write("sys/fs/cgroup/pods/b/cpu.max", "100000 100000");
        Assert.That(tree.Read().CpuQuota, Is.EqualTo(quota));
    }

    [Test]
    public void Version2_CpusOfAllLevels_AreIntersected()
    {
        using var tree = SystemTree.Regular(1, 8);
        tree.MountGroups("/pods/a");
        tree.Write("sys/fs/cgroup/cpuset.cpus.effective", "0-7");
        tree.Write("sys/fs/cgroup/pods/cpuset.cpus.effective", "2-6");
        tree.Write("sys/fs/cgroup/pods/a/cpuset.cpus.effective", "0-4");
        tree.Allow("3-7", "0");
        Assert.That(tree.Read().AllowedCpus.ToString(), Is.EqualTo("3-4"));
    }

    [Test]
    public void Version2_ContainerThatSeesItsPartAlone_IsFound()
    {
        using var tree = SystemTree.Regular(1, 8);
        tree.MountGroups("/docker/f00d/inner", top: "/docker/f00d");
        tree.Write("sys/fs/cgroup/cpu.max", "500000 100000");
        tree.Write("sys/fs/cgroup/inner/cpu.max", "300000 100000");
        Assert.That(tree.Read().CpuQuota, Is.EqualTo(3));
    }

    [TestCase("/docker/f00d", "/docker/f00")]
    [TestCase("/elsewhere", "/docker")]
    [TestCase("/../../host", "/")]
    public void Version2_PathOutsideTheMount_LeavesTheMountsOwnLimit(string path, string top)
    {
        using var tree = SystemTree.Regular(1, 8);
        tree.MountGroups(path, top);
        tree.Write("sys/fs/cgroup/cpu.max", "500000 100000");
        tree.Write("sys/fs/cgroup/d/cpu.max", "100000 100000");
        tree.Write("sys/fs/cgroup/host/cpu.max", "100000 100000");
        Assert.That(tree.Read().CpuQuota, Is.EqualTo(5));
    }

    [TestCase("-1", "100000", null)]
    [TestCase("150000", "100000", 1.5)]
    [TestCase("200000", "50000", 4d)]
    public void Version1_QuotaAndCpus_AreHeeded(string time, string period, double? quota)
    {
        using var tree = SystemTree.Regular(1, 8);
        tree.Write("proc/self/cgroup", "5:cpuset:/set\n4:cpu,cpuacct:/pods/a\n3:memory:/m\n0::/");
        tree.Write("proc/self/mountinfo", """
            32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
            34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
            """);
        tree.Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1");
        tree.Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000");
        tree.Write("sys/fs/cgroup/cpu,cpuacct/pods/a/cpu.cfs_quota_us", time);
        tree.Write("sys/fs/cgroup/cpu,cpuacct/pods/a/cpu.cfs_period_us", period);
        tree.Write("sys/fs/cgroup/cpu,cpuacct/set/cpu.cfs_quota_us", "1000");
        tree.Write("sys/fs/cgroup/cpu,cpuacct/set/cpu.cfs_period_us", "100000");
        tree.Write("sys/fs/cgroup/cpuset/cpuset.cpus", "0-7");
        tree.Write("sys/fs/cgroup/cpuset/set/cpuset.cpus", "");
        tree.Write("sys/fs/cgroup/cpuset/set/cpuset.effective_cpus", "4-6");
        var read = tree.Read();
        Assert.That((read.CpuQuota, read.AllowedCpus.ToString()), Is.EqualTo((quota, "4-6")));
    }
}
