namespace Lamina.Runtime;

/// <summary>How the system ranks an engine's threads among all others.</summary>
public enum CpuPriority
{
    /// <summary>After all others that want to run. On Linux <c>SCHED_BATCH</c>.</summary>
    Low = -1,

    /// <summary>As any other thread.</summary>
    Normal = 0,

    /// <summary>Before others. On Linux <c>SCHED_FIFO</c> 40, which takes rights.</summary>
    Medium = 1,

    /// <summary>Before most. On Linux <c>SCHED_FIFO</c> 80, which takes rights.</summary>
    High = 2,

    /// <summary>Before nearly all, the system's own threads among them. On Linux <c>SCHED_FIFO</c> 90, which takes rights.</summary>
    Realtime = 3,
}
