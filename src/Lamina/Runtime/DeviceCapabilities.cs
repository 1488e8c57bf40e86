namespace Lamina.Runtime;

/// <summary>What a device can do besides computing.</summary>
[Flags]
public enum DeviceCapabilities
{
    /// <summary>Nothing else.</summary>
    None = 0,

    /// <summary>It computes while the processor goes on.</summary>
    Asynchronous = 1,

    /// <summary>It has memory of the machine pinned, from which it copies faster.</summary>
    HostBuffers = 2,

    /// <summary>It reads memory of the machine in place.</summary>
    BuffersFromHostMemory = 4,

    /// <summary>Devices can wait for each other without the processor.</summary>
    Events = 8,

    /// <summary>It reads weights from a file that is mapped into memory.</summary>
    MemoryMapping = 16,
}
