using System.Runtime.InteropServices;
using Lamina.Runtime;
using LLama.Native;

namespace Lamina.LLamaSharp;

/// <summary>An <see cref="Offload"/> as native code wants it. It reads this until the model is loaded.</summary>
internal sealed unsafe class OffloadParameters
{
    // Pinned for life, and ended by a zero each, where native code looks for the end.
    private readonly nint[] _devices;
    private readonly float[] _shares;
    private readonly Offload _offload;

    /// <summary>Prepares it.</summary>
    /// <param name="offload">What goes where.</param>
    /// <exception cref="LaminaException">There is no such device.</exception>
    /// <exception cref="NotSupportedException">Single weights are placed.</exception>
    public OffloadParameters(Offload offload)
    {
        if (!offload.Tensors.IsEmpty)
        {
            throw new NotSupportedException($"{nameof(Offload)}.{nameof(Offload.Tensors)} places single weights, which is not "
                + "supported on LLamaSharp. Leave it out, or use Lamina.LlamaCpp.");
        }

        var most = (int)NativeApi.llama_max_devices();
        if (offload.Devices.Length > most || (!offload.Shares.IsEmpty && offload.Shares.Length != offload.Devices.Length))
        {
            throw new LaminaException("place model", $"There are {offload.Shares.Length} shares for {offload.Devices.Length} "
                + $"devices, of which LLamaSharp uses {most} at a time.");
        }

        _offload = offload;
        _devices = GC.AllocateArray<nint>(offload.Devices.Length + 1, pinned: true);
        _shares = GC.AllocateArray<float>(Math.Max(most, 1), pinned: true);
        offload.Devices.Select(NativeDevices.Find).ToArray().CopyTo(_devices, 0);
        offload.Shares.CopyTo(_shares);
    }

    /// <summary>Writes it into a model's parameters, which hold as long as this lives.</summary>
    public void Write(ref LLamaModelParams parameters)
    {
        parameters.devices = (nint*)Marshal.UnsafeAddrOfPinnedArrayElement(_devices, 0);
        parameters.n_gpu_layers = _offload.Devices.IsEmpty ? 0 : _offload.Layers;
        parameters.main_gpu = 0;
        parameters.split_mode = _offload.Split switch
        {
            DeviceSplit.None => GPUSplitMode.None,
            DeviceSplit.Row => GPUSplitMode.Row,
            DeviceSplit.Tensor => GPUSplitMode.Tensor,
            _ => GPUSplitMode.Layer,
        };
        parameters.tensor_split = _offload.Shares.IsEmpty ? null : (float*)Marshal.UnsafeAddrOfPinnedArrayElement(_shares, 0);
    }
}
