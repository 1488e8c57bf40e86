namespace Lamina.Runtime;

/// <summary>How llama.cpp itself spreads threads over NUMA nodes: one way for a whole process, on Linux.</summary>
public enum NumaStrategy
{
    /// <summary>Not at all.</summary>
    Disabled = 0,

    /// <summary>In turn over all nodes.</summary>
    Distribute = 1,

    /// <summary>All on the node on which the first model is loaded.</summary>
    Isolate = 2,

    /// <summary>On the CPUs that <c>numactl</c> gave the process.</summary>
    Numactl = 3,
}
