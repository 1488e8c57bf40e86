using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Lamina.LlamaCpp.Interop;
using Lamina.Runtime;

namespace Lamina.LlamaCpp;

/// <summary>The devices of the loaded libraries.</summary>
internal static unsafe class NativeDevices
{
    /// <summary>Lists them, with their memory as it is now.</summary>
    public static ImmutableArray<ComputeDevice> List() => [.. Handles().Select(Describe)];

    /// <summary>The device of a name, in whatever case, or 0 where there is none.</summary>
    public static nint Find(string name) =>
        Handles().FirstOrDefault(device => string.Equals(Name(device), name, StringComparison.OrdinalIgnoreCase));

    public static string Name(nint device) => Text(Native.ggml_backend_dev_name(device));

    private static IEnumerable<nint> Handles()
    {
        for (nuint i = 0; i < Native.ggml_backend_dev_count(); i++)
        {
            yield return Native.ggml_backend_dev_get(i);
        }
    }

    private static ComputeDevice Describe(nint device)
    {
        var found = DeviceHandshake.Read(NativeLibraries.Folder, device);
        var kind = ToKind(found.Type);

        // Outside of Windows ggml says of the machine's memory that all is free.
        var isCounted = kind != DeviceKind.Cpu || OperatingSystem.IsWindows();
        return new()
        {
            Name = Name(device),
            Description = Text(found.Description),
            Kind = kind,
            Backend = Text(Native.ggml_backend_reg_name(Native.ggml_backend_dev_backend_reg(device))),
            MemoryBytes = found.TotalMemory > 0 ? (long)found.TotalMemory : null,
            FreeMemoryBytes = found.TotalMemory > 0 && isCounted ? (long)found.FreeMemory : null,
            Address = found.Id is null ? null : Text(found.Id),
            Capabilities = Capability(found.Asynchronous, DeviceCapabilities.Asynchronous)
                | Capability(found.HostBuffers, DeviceCapabilities.HostBuffers)
                | Capability(found.BuffersFromHostMemory, DeviceCapabilities.BuffersFromHostMemory)
                | Capability(found.Events, DeviceCapabilities.Events)
                | Capability(found.MemoryMapping, DeviceCapabilities.MemoryMapping),
        };
    }

    private static DeviceKind ToKind(int type) => type switch
    {
        0 => DeviceKind.Cpu,
        1 => DeviceKind.Gpu,
        2 => DeviceKind.IntegratedGpu,
        _ => DeviceKind.Accelerator,
    };

    private static DeviceCapabilities Capability(byte has, DeviceCapabilities capability) =>
        has != 0 ? capability : DeviceCapabilities.None;

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
