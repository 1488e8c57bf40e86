using Lamina.Runtime;

namespace Lamina.LlamaCpp.Interop;

/// <summary>
/// Whether llama.cpp spreads threads over NUMA nodes, and how. A process has one way, and one in which native code sets
/// the affinity of threads at each step does not go with affinities that engines are given.
/// </summary>
internal static class NumaChoice
{
    private static readonly Lock Gate = new();
    private static NumaStrategy? _made;

    /// <summary>Makes the choice that a placement asks for, where it asks for one.</summary>
    /// <exception cref="LaminaException">Another was made before.</exception>
    public static void Make(string operation, CpuPlacement cpu)
    {
        var asked = cpu.NumaStrategy;
        if (asked == NumaStrategy.Disabled && !cpu.IsOwn)
        {
            return;
        }

        lock (Gate)
        {
            if (_made is null)
            {
                Native.llama_numa_init((int)asked);
                _made = asked;
            }

            if (_made != asked)
            {
                throw new LaminaException(operation, $"{nameof(CpuPlacement)}.{nameof(CpuPlacement.NumaStrategy)} was {asked}, and this "
                    + $"process has {_made} already, from an engine before; a process has one. Engines that have "
                    + $"{nameof(CpuPlacement.Affinity)}, {nameof(CpuPlacement.PinThreads)} or {nameof(CpuPlacement.MemoryNode)} "
                    + $"have {NumaStrategy.Disabled}.");
            }
        }
    }
}
