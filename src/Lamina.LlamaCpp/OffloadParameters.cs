using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Lamina.Gguf;
using Lamina.LlamaCpp.Interop;
using Lamina.Runtime;

namespace Lamina.LlamaCpp;

/// <summary>An <see cref="Offload"/> as native code wants it. It reads this until the model is loaded.</summary>
internal sealed unsafe class OffloadParameters
{
    private const string Operation = "place model";

    // Pinned for life, and ended by a zero each, where native code looks for the end.
    private readonly nint[] _devices;
    private readonly float[] _shares;
    private readonly TensorOverride[] _overrides;
    private readonly byte[][] _patterns;
    private readonly Offload _offload;

    /// <summary>Prepares it.</summary>
    /// <param name="offload">What goes where.</param>
    /// <param name="parts">The headers of the model's files.</param>
    /// <exception cref="LaminaException">There is no such device, layer or weight.</exception>
    public OffloadParameters(Offload offload, IReadOnlyList<GgufFile> parts)
    {
        Check(offload, parts);
        _offload = offload;
        _devices = Pinned<nint>(offload.Devices.Length + 1);
        _shares = Pinned<float>(Math.Max((int)Native.llama_max_devices(), offload.Shares.Length));
        for (var i = 0; i < offload.Devices.Length; i++)
        {
            _devices[i] = Find(offload.Devices[i]);
        }

        offload.Shares.CopyTo(_shares);

        var rules = offload.Tensors.GroupBy(pair => pair.Value, pair => pair.Key, StringComparer.OrdinalIgnoreCase)
            .SelectMany(device => Patterns(device).Select(pattern => (Device: device.Key, Pattern: pattern)))
            .ToArray();
        _overrides = Pinned<TensorOverride>(rules.Length + 1);
        _patterns = new byte[rules.Length][];
        for (var i = 0; i < rules.Length; i++)
        {
            var text = Encoding.UTF8.GetBytes(rules[i].Pattern);
            _patterns[i] = Pinned<byte>(text.Length + 1);
            text.CopyTo(_patterns[i], 0);
            _overrides[i] = new()
            {
                Pattern = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_patterns[i], 0),
                BufferType = Native.ggml_backend_dev_buffer_type(Find(rules[i].Device)),
            };
        }
    }

    /// <summary>
    /// Expressions for exactly these weights: one for each that layers have in common. Native code compiles each of them for
    /// each weight of the model, and walks through alternatives by recursion, so they are kept short.
    /// </summary>
    public static IEnumerable<string> Patterns(IEnumerable<string> names) => names
        .Select(name => name.Split('.', 3) is ["blk", var layer, var rest] ? (Layer: layer, Kind: rest) : (Layer: "", Kind: name))
        .GroupBy(name => (IsLayer: name.Layer.Length > 0, name.Kind), name => name.Layer)
        .Select(group => group.Key.IsLayer
            ? $@"^blk\.({string.Join('|', group.Select(Regex.Escape))})\.{Regex.Escape(group.Key.Kind)}$"
            : $"^{Regex.Escape(group.Key.Kind)}$");

    /// <summary>Writes it into a model's parameters, which hold as long as this lives.</summary>
    public void Write(ref LlamaModelParams parameters)
    {
        parameters.Devices = (nint*)Marshal.UnsafeAddrOfPinnedArrayElement(_devices, 0);
        parameters.GpuLayers = _offload.Devices.IsEmpty ? 0 : _offload.Layers;
        parameters.SplitMode = _offload.Split switch
        {
            DeviceSplit.None => 0,
            DeviceSplit.Row => 2,
            DeviceSplit.Tensor => 3,
            _ => 1,
        };
        parameters.MainGpu = 0;
        parameters.TensorSplit = _offload.Shares.IsEmpty ? null : (float*)Marshal.UnsafeAddrOfPinnedArrayElement(_shares, 0);
        parameters.TensorBufferTypeOverrides =
            _patterns.Length == 0 ? 0 : Marshal.UnsafeAddrOfPinnedArrayElement(_overrides, 0);
    }

    private static void Check(Offload offload, IReadOnlyList<GgufFile> parts)
    {
        var most = (parts[0].BlockCount ?? 0) + 1;
        if (offload.Layers < 0 || offload.Layers > most)
        {
            throw new LaminaException(Operation, $"{offload.Layers} layers are to go to devices; '{parts[0].Path}' has {most}, with what makes logits.");
        }

        if (!offload.Shares.IsEmpty && offload.Shares.Length != offload.Devices.Length)
        {
            throw new LaminaException(Operation, $"There are {offload.Shares.Length} shares for {offload.Devices.Length} devices.");
        }

        if (offload.Devices.Length > (int)Native.llama_max_devices())
        {
            throw new LaminaException(Operation, $"{offload.Devices.Length} devices are more than the {Native.llama_max_devices()} that llama.cpp uses at a time.");
        }

        if (offload.Split == DeviceSplit.Tensor && offload.Devices.IsEmpty)
        {
            throw new LaminaException(Operation, $"{nameof(DeviceSplit)}.{nameof(DeviceSplit.Tensor)} divides layers between devices, and none is used.");
        }

        var names = offload.Tensors.IsEmpty ? [] : parts.SelectMany(part => part.Tensors).Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        if (offload.Tensors.Keys.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
        {
            throw new LaminaException(Operation, $"'{unknown}' is no weight of '{parts[0].Path}'.");
        }
    }

    private static nint Find(string name) => NativeDevices.Find(name) is not 0 and var device
        ? device
        : throw new LaminaException(Operation, $"'{name}' is no device of llama.cpp's here; there are "
            + $"{string.Join(", ", NativeDevices.List().Select(found => found.Name))}.");

    private static T[] Pinned<T>(int length) => GC.AllocateArray<T>(length, pinned: true);
}
