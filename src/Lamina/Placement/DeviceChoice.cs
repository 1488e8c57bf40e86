namespace Lamina.Placement;

/// <summary>Which devices an engine may use.</summary>
public enum DeviceChoice
{
    /// <summary>GPUs where there are any and the model fits at least in part, else the CPU.</summary>
    Auto,

    /// <summary>The CPU alone.</summary>
    Cpu,

    /// <summary>GPUs. Where there is none, loading fails and says why.</summary>
    Gpu,

    /// <summary>The devices that <see cref="DevicePlacement.Names"/> lists. Where one is missing, loading fails.</summary>
    Named,
}
