using System.Runtime.InteropServices;
using Lamina.Runtime;

namespace Lamina.LlamaCpp.Interop;

/// <summary>
/// Where the calling thread runs, how it is ranked, and where its memory comes from. Native code sets the first two for
/// its own threads, but only prints what went wrong.
/// </summary>
internal static unsafe class LinuxThread
{
    /// <summary>Words of a mask of nodes, and the bits that the kernel is told of: it takes one off.</summary>
    private const int NodeWords = (CpuPlacement.MaxNode + 1) / 64;
    private const int NodeBits = CpuPlacement.MaxNode + 2;

    private const int ScheduleOther = 0;
    private const int ScheduleFirstInFirstOut = 1;
    private const int ScheduleBatch = 3;
    private const int ResetOnFork = 0x40000000;
    private const int BindMemory = 2;

    private enum Call
    {
        SetAffinity,
        SetScheduler,
        SetMemoryPolicy,
        GetMemoryPolicy,
    }

    /// <summary>Whether the numbers of its calls are known.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>Keeps the thread on some CPUs.</summary>
    /// <exception cref="LaminaException">The system does not allow it.</exception>
    public static void SetAffinity(string operation, CpuSet cpus)
    {
        var mask = stackalloc ulong[(CpuSet.MaxCpu + 1) / 64];
        foreach (var cpu in cpus)
        {
            mask[cpu / 64] |= 1UL << cpu;
        }

        if (Make(Call.SetAffinity, 0, (CpuSet.MaxCpu + 1) / 8, (nint)mask) is var error and not 0)
        {
            throw Refused(operation, error, $"A thread could not be kept on the CPUs {cpus}");
        }
    }

    /// <summary>Ranks the thread, and with it what it starts.</summary>
    /// <exception cref="LaminaException">The system does not allow it.</exception>
    public static void SetPriority(string operation, CpuPriority priority) => Rank(operation, priority, flags: 0);

    /// <summary>
    /// Keeps the rank of the thread from what it starts. Else workers of .NET's thread pool would run before all others where
    /// this thread happens to start them: the system copies the rank, and libc remembers what native code has set.
    /// </summary>
    /// <exception cref="LaminaException">The system does not allow it.</exception>
    public static void KeepPriority(string operation, CpuPriority priority)
    {
        if (priority != CpuPriority.Normal)
        {
            var usual = 0;
            _ = Native.pthread_setschedparam(Native.pthread_self(), ScheduleOther, &usual);
            Rank(operation, priority, ResetOnFork);
        }
    }

    /// <summary>Takes the memory that the thread is the first to touch from one node, until it is disposed of.</summary>
    /// <exception cref="LaminaException">The system does not allow it.</exception>
    public static IDisposable? BindMemoryTo(string operation, int? node) => node is { } id ? new MemoryPolicy(operation, id) : null;

    private static void Rank(string operation, CpuPriority priority, int flags)
    {
        var (policy, rank) = priority switch
        {
            CpuPriority.Low => (ScheduleBatch, 0),
            CpuPriority.Medium => (ScheduleFirstInFirstOut, 40),
            CpuPriority.High => (ScheduleFirstInFirstOut, 80),
            _ => (ScheduleFirstInFirstOut, 90),
        };
        if (priority != CpuPriority.Normal && Make(Call.SetScheduler, 0, policy | flags, (nint)(&rank)) is var error and not 0)
        {
            throw Refused(
                operation,
                error,
                $"{nameof(CpuPlacement)}.{nameof(CpuPlacement.Priority)} was {priority}, which the system does not let this process "
                + $"have. It takes CAP_SYS_NICE, or RLIMIT_RTPRIO of at least {rank}; without them take {CpuPriority.Normal}");
        }
    }

    /// <returns>What went wrong, by the system's number, or 0.</returns>
    private static int Make(Call call, nint first, nint second, nint third, nint fourth = 0, nint fifth = 0)
    {
        var isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        var number = call switch
        {
            Call.SetAffinity => isArm ? 122 : 203,
            Call.SetScheduler => isArm ? 119 : 144,
            Call.SetMemoryPolicy => isArm ? 237 : 238,
            _ => isArm ? 236 : 239,
        };
        return Native.syscall(number, first, second, third, fourth, fifth) < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    private static LaminaException Refused(string operation, int error, string what) =>
        new(operation, $"{what} ({Marshal.GetPInvokeErrorMessage(error)}).", error);

    private sealed class MemoryPolicy : IDisposable
    {
        private readonly ulong[] _before = new ulong[NodeWords];
        private readonly int _mode;

        public MemoryPolicy(string operation, int node)
        {
            int mode;
            fixed (ulong* before = _before)
            {
                if (Make(Call.GetMemoryPolicy, (nint)(&mode), (nint)before, NodeBits) is var error and not 0)
                {
                    throw Refused(operation, node, error);
                }
            }

            _mode = mode;
            var bound = new ulong[NodeWords];
            bound[node / 64] = 1UL << node;
            if (Set(BindMemory, bound) is var failure and not 0)
            {
                throw Refused(operation, node, failure);
            }
        }

        public void Dispose() => Set(_mode, _before);

        private static int Set(int mode, ulong[] nodes)
        {
            fixed (ulong* mask = nodes)
            {
                return Make(Call.SetMemoryPolicy, mode, (nint)mask, NodeBits);
            }
        }

        private static LaminaException Refused(string operation, int node, int error) => LinuxThread.Refused(
            operation,
            error,
            $"Memory could not be bound to the NUMA node {node}; containers often forbid it without CAP_SYS_NICE");
    }
}
