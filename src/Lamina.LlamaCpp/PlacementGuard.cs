using Lamina.LlamaCpp.Interop;
using Lamina.Placement;
using Lamina.Runtime;
using Lamina.Validation;

namespace Lamina.LlamaCpp;

/// <summary>Refuses placements that the system, the machine or the process cannot have, before native code sees them.</summary>
internal static class PlacementGuard
{
    /// <summary>CPUs that native code has bits for.</summary>
    private static int CpuCount => OperatingSystem.IsWindows() ? 64 : 512;

    /// <exception cref="ArgumentException">This machine does not have what is asked for.</exception>
    /// <exception cref="PlatformNotSupportedException">This system does not.</exception>
    public static void Check(CpuPlacement cpu, int threads, string argument)
    {
        if ((cpu.MemoryNode is not null && !LinuxThread.IsSupported)
            || (cpu.NumaStrategy != NumaStrategy.Disabled && !OperatingSystem.IsLinux()))
        {
            throw new PlatformNotSupportedException($"{nameof(CpuPlacement)}.{nameof(CpuPlacement.MemoryNode)} and "
                + $"{nameof(CpuPlacement.NumaStrategy)} are for Linux, on x64 and Arm64; leave them out.");
        }

        if ((cpu.Affinity is not null || cpu.PinThreads) && OperatingSystem.IsMacOS())
        {
            throw new PlatformNotSupportedException($"macOS does not keep threads on CPUs; leave "
                + $"{nameof(CpuPlacement)}.{nameof(CpuPlacement.Affinity)} and {nameof(CpuPlacement.PinThreads)} out.");
        }

        Fault.Throw([.. cpu.Faults(), .. CpuTopology.Current.Faults(cpu, threads), .. MaskFaults(cpu)], argument);
    }

    /// <summary>
    /// Refuses what does not fit on a node: the system would end the process over it. Where devices take a part of it, how
    /// much is left is not known here, and is not checked.
    /// </summary>
    /// <exception cref="MemoryLimitException">It does not fit.</exception>
    public static void ThrowIfNoRoom(string operation, CpuPlacement cpu, Offload offload, long bytes)
    {
        if (offload.Layers == 0
            && cpu.MemoryNode is { } id
            && CpuTopology.Read().Nodes.FirstOrDefault(node => node.Id == id)?.FreeMemoryBytes is { } free
            && bytes > free)
        {
            throw new MemoryLimitException(operation, $"The NUMA node {id} has no room for it; take another as "
                + $"{nameof(CpuPlacement)}.{nameof(CpuPlacement.MemoryNode)}, a smaller model or context, or leave it out.", bytes, free);
        }
    }

    private static IEnumerable<string> MaskFaults(CpuPlacement cpu) =>
        cpu.Affinity is { Count: > 0 } cpus && cpus.Max() >= CpuCount
            ? [$"{nameof(CpuPlacement)}.{nameof(CpuPlacement.Affinity)} was {cpus}; llama.cpp keeps threads on CPUs from 0 to {CpuCount - 1}."]
            : [];
}
