namespace Lamina.Runtime;

/// <summary>What a device is.</summary>
public enum DeviceKind
{
    /// <summary>The processor, which computes in the machine's memory.</summary>
    Cpu,

    /// <summary>A graphics processor with memory of its own.</summary>
    Gpu,

    /// <summary>A graphics processor that shares the machine's memory.</summary>
    IntegratedGpu,

    /// <summary>Something that computes some operations for the processor, in the machine's memory.</summary>
    Accelerator,
}
