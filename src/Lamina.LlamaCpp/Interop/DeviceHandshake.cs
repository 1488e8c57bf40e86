using System.Runtime.CompilerServices;

namespace Lamina.LlamaCpp.Interop;

/// <summary>
/// Reads what a device is, and makes sure that the loaded library says it in the structure that we know: what has an
/// accessor as well must be in its place, and nothing may follow.
/// </summary>
internal static unsafe class DeviceHandshake
{
    private const byte Unwritten = 0xA5;

    /// <summary>Reads a device's properties.</summary>
    /// <param name="folder">Where the library came from, for messages.</param>
    /// <param name="device">The device.</param>
    /// <exception cref="NativeLibraryException">The structure differs.</exception>
    public static GgmlDeviceProperties Read(string folder, nint device)
    {
        // A larger structure, so that a library with a longer one writes into our memory and not past it.
        LargerProperties buffer = default;
        ((Span<byte>)buffer).Fill(Unwritten);
        var found = (GgmlDeviceProperties*)&buffer;
        Native.ggml_backend_dev_get_props(device, found);
        nuint free, total;
        Native.ggml_backend_dev_memory(device, &free, &total);
        Verify(
            folder,
            in *found,
            (nint)Native.ggml_backend_dev_name(device),
            (nint)Native.ggml_backend_dev_description(device),
            total,
            Native.ggml_backend_dev_type(device));
        Expect(folder, "(size)", sizeof(GgmlDeviceProperties), ((Span<byte>)buffer).LastIndexOfAnyExcept(Unwritten) + 1);
        return *found;
    }

    public static void Verify(
        string folder, in GgmlDeviceProperties found, nint name, nint description, nuint total, int type)
    {
        Expect(folder, "name", name, (nint)found.Name);
        Expect(folder, "description", description, (nint)found.Description);
        Expect(folder, "memory_total", (long)total, (long)found.TotalMemory);
        Expect(folder, "type", type, found.Type);
        foreach (var (field, value) in new[]
        {
            ("async", found.Asynchronous), ("host_buffer", found.HostBuffers),
            ("buffer_from_host_ptr", found.BuffersFromHostMemory), ("events", found.Events),
            ("mmap_support", found.MemoryMapping),
        })
        {
            Expect(folder, "caps." + field, Math.Min(value, (byte)1), value);
        }
    }

    private static void Expect(string folder, string field, long expected, long found)
    {
        if (found != expected)
        {
            throw new NativeLibraryException($"'{folder}' holds a llama.cpp that describes devices in another way than this "
                + $"release of Lamina knows: ggml_backend_dev_props.{field} is {found} where {expected} was expected.");
        }
    }

    [InlineArray(256)]
    private struct LargerProperties
    {
        private byte _first;
    }
}
