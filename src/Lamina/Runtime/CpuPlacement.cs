using Lamina.Validation;

namespace Lamina.Runtime;

/// <summary>Where an engine's threads run, how they wait for work, and on which NUMA node its memory is.</summary>
public sealed record CpuPlacement
{
    /// <summary>The highest number of a NUMA node: that of the largest Linux kernel.</summary>
    internal const int MaxNode = 1023;

    /// <summary>
    /// The CPUs that the engine's threads may run on, of those that the process may use, from 0 to 511 (on Windows to
    /// 63; not on macOS, which has no such thing). Default: null, all of them. Two engines of a process that share CPUs
    /// slow each other down; a warning in the log says so.
    /// </summary>
    public CpuSet? Affinity { get; init; }

    /// <summary>
    /// Whether each thread stays on one CPU: one a physical core first, then their siblings. There must be as many CPUs
    /// as threads. Default: false, the system moves threads between the CPUs of <see cref="Affinity"/>.
    /// </summary>
    public bool PinThreads { get; init; }

    /// <summary>
    /// How the system ranks the threads. What is above <see cref="CpuPriority.Normal"/> takes rights on Linux
    /// (<c>CAP_SYS_NICE</c>, or a limit <c>RLIMIT_RTPRIO</c> as high), and an engine without them is not created.
    /// Default: <see cref="CpuPriority.Normal"/>.
    /// </summary>
    public CpuPriority Priority { get; init; }

    /// <summary>
    /// How long threads look for new work before they sleep, from 0, not at all, to 100. Looking wakes them sooner, and
    /// keeps their CPUs busy for about a tenth of a second at 50. Default: 50.
    /// </summary>
    public int Polling { get; init; } = 50;

    /// <summary>
    /// The NUMA node whose memory weights and KV cache are put on, and no other (<c>MPOL_BIND</c>); on Linux. The
    /// weights are copied there and not mapped from the file, so each engine has its own. Which CPUs the threads run on
    /// is for <see cref="Affinity"/> to say: take the node's own, as a kernel that balances nodes
    /// (<c>kernel.numa_balancing</c>) moves memory after threads that run elsewhere. Default: null, wherever the system
    /// puts them.
    /// </summary>
    public int? MemoryNode { get; init; }

    /// <summary>
    /// How llama.cpp spreads threads over nodes by itself. It is set once in a process, by the first engine that asks
    /// for it, and holds for all its engines; none of them can have <see cref="Affinity"/>, <see cref="PinThreads"/> or
    /// <see cref="MemoryNode"/>. On Linux. Default: <see cref="NumaStrategy.Disabled"/>, nothing is asked for.
    /// </summary>
    public NumaStrategy NumaStrategy { get; init; }

    /// <summary>Whether it says itself where threads or memory are.</summary>
    internal bool IsOwn => Affinity is not null || PinThreads || MemoryNode is not null;

    /// <summary>What is wrong with it on any machine, in words.</summary>
    internal IEnumerable<string> Faults()
    {
        const string owner = nameof(CpuPlacement);
        return [
            .. Affinity is { Count: 0 }
                ? [$"{owner}.{nameof(Affinity)} was empty; name at least one CPU, or leave it out for all."] : Array.Empty<string>(),
            .. Fault.Undefined(owner, nameof(Priority), Priority),
            .. Fault.OutOfRange<int>(owner, nameof(Polling), Polling, 0, 100),
            .. Fault.OutOfRange(owner, nameof(MemoryNode), MemoryNode, 0, MaxNode),
            .. Fault.Undefined(owner, nameof(NumaStrategy), NumaStrategy),
            .. NumaStrategy != NumaStrategy.Disabled && IsOwn
                ? [$"{owner}.{nameof(NumaStrategy)} was {NumaStrategy}, which places threads by itself; leave {nameof(Affinity)}, "
                    + $"{nameof(PinThreads)} and {nameof(MemoryNode)} out beside it."] : Array.Empty<string>(),
        ];
    }
}
