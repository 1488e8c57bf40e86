using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Lamina.Benchmarks.Soak;

/// <summary>What the process has at a moment when no request runs.</summary>
/// <param name="WorkingSet">Resident bytes.</param>
/// <param name="Heap">Bytes of managed objects that live.</param>
/// <param name="Handles">Open files, or handles where there are such.</param>
/// <param name="Threads">Threads.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SoakSample(long WorkingSet, long Heap, int Handles, int Threads)
{
    private const double Mebi = 1 << 20;

    public static SoakSample Take()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return new(
            process.WorkingSet64,
            GC.GetTotalMemory(forceFullCollection: true),
            Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : process.HandleCount,
            process.Threads.Count);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"resident {WorkingSet / Mebi:F1} MiB, heap {Heap / Mebi:F2} MiB, {Handles} handles, {Threads} threads");
}
