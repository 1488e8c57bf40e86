using System.Globalization;
using Lamina.Runtime;

namespace Lamina.Placement;

/// <summary>What the cgroups of the process allow it of the CPUs, of both versions and on all levels.</summary>
internal static class CgroupLimits
{
    /// <summary>The smallest quota in CPUs, and the CPUs that all of them allow; null where nothing limits.</summary>
    public static (double? Quota, CpuSet? Cpus) Read(SystemFiles files)
    {
        var groups = files.ReadLines("proc/self/cgroup").Select(line => line.Split(':', 3)).Where(group => group.Length == 3).ToArray();
        double? quota = null;
        CpuSet? cpus = null;
        foreach (var folder in files.ReadLines("proc/self/mountinfo").SelectMany(mount => Folders(mount, groups)))
        {
            if (Quota(files, folder) is { } found)
            {
                quota = Math.Min(found, quota ?? found);
            }

            if ((files.ReadCpus(folder + "/cpuset.cpus.effective") ?? files.ReadCpus(folder + "/cpuset.effective_cpus")
                ?? files.ReadCpus(folder + "/cpuset.cpus")) is { Count: > 0 } some)
            {
                cpus = cpus?.Intersect(some) ?? some;
            }
        }

        return (quota, cpus);
    }

    /// <summary>The folders of the process' groups below a mount, from the top down; none where it is not of cgroups.</summary>
    /// <remarks>A line is <c>31 23 0:28 root mount-point options … - type source options</c>; a group <c>id:controllers:path</c>.</remarks>
    private static IEnumerable<string> Folders(string mount, string[][] groups)
    {
        if (mount.Split(" - ") is not [var left, var right]
            || left.Split(' ') is not [_, _, _, var top, var point, ..]
            || right.Split(' ') is not [var type, _, var options]
            || type is not ("cgroup" or "cgroup2"))
        {
            yield break;
        }

        var group = Array.Find(groups, group => type is "cgroup2"
            ? group[1].Length == 0
            : group[1].Length > 0 && group[1].Split(',').Intersect(options.Split(','), StringComparer.Ordinal).Any());
        yield return point;

        // A container may see a part of the tree alone, while the path begins at the tree's top.
        top = top.TrimEnd('/') + "/";
        var path = group is null ? "" : group[2] + "/";
        if (path.StartsWith(top, StringComparison.Ordinal) && !path.Contains("/../", StringComparison.Ordinal))
        {
            foreach (var part in path[top.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                yield return point += "/" + part;
            }
        }
    }

    private static double? Quota(SystemFiles files, string folder)
    {
        var said = files.ReadLine(folder + "/cpu.max") is { } line
            ? line.Split(' ')
            : new[] { files.ReadLine(folder + "/cpu.cfs_quota_us"), files.ReadLine(folder + "/cpu.cfs_period_us") };
        return said is [var time, var period] && Microseconds(time) is { } granted && Microseconds(period) is { } all
            ? (double)granted / all
            : null;
    }

    /// <summary>A time; null for <c>max</c>, −1 and what is none.</summary>
    private static long? Microseconds(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
