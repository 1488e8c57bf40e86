using Lamina.Gguf;
using Lamina.LlamaCpp.Interop;
using Lamina.Runtime;

namespace Lamina.LlamaCpp;

/// <summary>
/// A layer's keys are one tensor, and its values another. Where a device finds memory for one that is larger than it can
/// compute on, native code ends the process: so each device is asked before.
/// </summary>
internal static unsafe class KvCacheGuard
{
    /// <param name="offload">What the cache may be on.</param>
    /// <param name="layer">The most numbers that a layer keeps of a token.</param>
    /// <param name="type">How they are stored.</param>
    /// <param name="options">What is asked for.</param>
    /// <exception cref="DeviceMemoryException">A device cannot compute on that much.</exception>
    public static void Check(Offload offload, long layer, TensorType type, DecoderOptions options)
    {
        if (layer == 0)
        {
            return;
        }

        var context = Native.ggml_init(new() { MemorySize = 2 * Native.ggml_tensor_overhead(), NoAllocation = 1 });
        try
        {
            var tensor = Native.ggml_new_tensor_3d(context, (int)type, layer, options.CellCount, 1);
            var device = offload.Devices.Select(NativeDevices.Find).FirstOrDefault(device => !Native.ggml_backend_dev_supports_op(device, tensor));
            if (device != 0)
            {
                throw new DeviceMemoryException("create decoder", $"A cache of {options.CellCount} cells keeps "
                    + $"{Native.ggml_nbytes(tensor) / 1e6:N0} MB of a layer in one piece, which is more than the device "
                    + $"{NativeDevices.Name(device)} computes on. Ask for a shorter context, for fewer sequences, or for keys "
                    + "and values in fewer bits.");
            }
        }
        finally
        {
            Native.ggml_free(context);
        }
    }
}
