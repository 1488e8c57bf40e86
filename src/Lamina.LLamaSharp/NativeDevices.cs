using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Lamina.Runtime;
using LLama.Native;

namespace Lamina.LLamaSharp;

/// <summary>The devices of the loaded libraries, of which LLamaSharp knows the names.</summary>
internal static class NativeDevices
{
    public static ImmutableArray<ComputeDevice> List() => [.. Handles().Select(Name).Select(Describe)];

    /// <summary>The device of a name, in whatever case.</summary>
    /// <exception cref="LaminaException">There is none.</exception>
    public static nint Find(string name) =>
        Handles().FirstOrDefault(device => string.Equals(Name(device), name, StringComparison.OrdinalIgnoreCase)) is not 0 and var found
            ? found
            : throw new LaminaException("place model", $"'{name}' is no device of LLamaSharp's here; there are "
                + $"{string.Join(", ", Handles().Select(Name))}.");

    private static IEnumerable<nint> Handles()
    {
        for (nuint i = 0; i < NativeApi.ggml_backend_dev_count(); i++)
        {
            yield return NativeApi.ggml_backend_dev_get(i);
        }
    }

    private static string Name(nint device) => Marshal.PtrToStringUTF8(NativeApi.ggml_backend_dev_name(device)) ?? "";

    private static ComputeDevice Describe(string name)
    {
        var backend = name.TrimEnd([.. "0123456789"]);
        return new()
        {
            Name = name,
            Description = name,
            Backend = backend,
            Kind = backend switch
            {
                "CPU" => DeviceKind.Cpu,
                "BLAS" or "AMX" => DeviceKind.Accelerator,
                "Metal" or "MTL" => DeviceKind.IntegratedGpu,
                _ => DeviceKind.Gpu,
            },
        };
    }
}
