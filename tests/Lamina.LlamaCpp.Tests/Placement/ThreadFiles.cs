using System.Globalization;
using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Placement;

/// <summary>What Linux says of this process' threads and memory.</summary>
internal static class ThreadFiles
{
    /// <summary>The threads that are there, by number.</summary>
    public static int[] All() => [.. Directory.GetDirectories("/proc/self/task").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))];

    /// <summary>The calling thread.</summary>
    public static int Current() =>
        int.Parse(File.ReadAllText("/proc/thread-self/stat").Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>The CPUs that a thread may run on.</summary>
    public static CpuSet Affinity(int thread)
    {
        const string name = "Cpus_allowed_list:";
        var line = File.ReadLines($"/proc/self/task/{thread}/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return CpuSet.Parse(line[name.Length..]);
    }

    /// <summary>The scheduler's policy of a thread and its rank within it: 0 is the usual one, 1 real-time, 3 batch.</summary>
    public static (int Policy, int Rank) Schedule(int thread)
    {
        // The name, in parentheses, may hold spaces. Of what follows it, the state is the third field of the whole.
        var stat = File.ReadAllText($"/proc/self/task/{thread}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (int.Parse(fields[41 - 3], CultureInfo.InvariantCulture), int.Parse(fields[40 - 3], CultureInfo.InvariantCulture));
    }

    /// <summary>Where memory comes from that a thread is the first to touch: <c>default</c>, or such as <c>bind:0</c>.</summary>
    public static string Policy(int thread) => File.ReadLines($"/proc/self/task/{thread}/numa_maps").First().Split(' ')[1];

    /// <summary>Whether a file is mapped into memory.</summary>
    public static bool IsMapped(string path) => File.ReadLines("/proc/self/maps").Any(line => line.EndsWith(path, StringComparison.Ordinal));
}
