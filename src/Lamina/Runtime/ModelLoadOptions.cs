namespace Lamina.Runtime;

/// <summary>How a runtime reads a model's weights.</summary>
public sealed record ModelLoadOptions
{
    /// <summary>
    /// Whether every weight is checked for being a valid number, which reads the whole file once more.
    /// Default: false.
    /// </summary>
    public bool CheckTensors { get; init; }

    /// <summary>
    /// The most memory, in bytes, that the weights may take, wherever they are. Default: null, what the process may use at all.
    /// </summary>
    public long? MemoryLimit { get; init; }

    /// <summary>What goes to which devices. Default: nothing, all of it on the CPU.</summary>
    public Offload Offload { get; init; } = Offload.None;

    /// <summary>
    /// On which NUMA node's memory the weights are put, and whether the runtime spreads threads by itself. Default: null,
    /// as the system likes.
    /// </summary>
    public CpuPlacement? Cpu { get; init; }
}
