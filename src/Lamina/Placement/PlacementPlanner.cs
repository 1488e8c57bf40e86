using System.Collections.Immutable;
using System.Globalization;
using Lamina.Runtime;

namespace Lamina.Placement;

/// <summary>Works out how much of a model goes to which devices.</summary>
/// <param name="asked">What was asked for, without faults.</param>
/// <param name="devices">The devices that were chosen for it; none for the CPU alone.</param>
/// <param name="weights">The model's weights.</param>
internal sealed class PlacementPlanner(DevicePlacement asked, ImmutableArray<ComputeDevice> devices, WeightLayout weights)
{
    private const long MiB = 1 << 20;

    private readonly ImmutableArray<ComputeDevice> _devices = Main(asked, devices);
    private readonly ImmutableSortedDictionary<string, string> _elsewhere =
        TensorRules.Resolve(asked.Tensors, weights.Weights.Select(weight => weight.Name));

    /// <summary>All that can go to a device.</summary>
    private int AllLayers => weights.LayerCount + 1;

    /// <summary>Decides.</summary>
    /// <param name="model">The model.</param>
    /// <param name="decoder">The sizes of its decoder.</param>
    /// <param name="most">The most layers that may go to devices.</param>
    /// <param name="reasons">What was decided before.</param>
    /// <returns>Null where there are devices, and not one layer fits on them.</returns>
    public PlacementPlan? Plan(ModelInfo model, DecoderOptions decoder, int most, ImmutableArray<string> reasons)
    {
        var estimate = MemoryEstimate.Of(model, decoder);
        if (_devices.IsEmpty)
        {
            return OnCpu(model, decoder, reasons);
        }

        var layers = Math.Min(asked.Layers ?? most, AllLayers);
        var loads = Loads(estimate, layers);
        while (asked.Layers is null && layers > 0 && !loads.All(Fits))
        {
            layers--;
            loads = Loads(estimate, layers);
        }

        return layers == 0 && asked.Layers is null ? null : new()
        {
            Offload = new()
            {
                Devices = [.. _devices.Select(device => device.Name)],
                Layers = layers,
                Split = asked.Split,
                Shares = _devices.Length > 1 ? Shares() : [],
                Tensors = _elsewhere,
            },
            Devices = loads,
            ContextSize = decoder.ContextSize,
            Estimate = estimate,
            Reasons = reasons.AddRange(loads.Select(load => Describe(load, layers))),
        };
    }

    /// <summary>The plan that leaves everything on the CPU.</summary>
    /// <inheritdoc cref="Plan" path="/param"/>
    public static PlacementPlan OnCpu(ModelInfo model, DecoderOptions decoder, ImmutableArray<string> reasons) => new()
    {
        Offload = Offload.None,
        ContextSize = decoder.ContextSize,
        Estimate = MemoryEstimate.Of(model, decoder),
        Reasons = reasons,
    };

    /// <summary>What is said where not one layer fits.</summary>
    public string Refusal(ModelInfo model) =>
        $"Not one layer of '{model.Name}' fits on {string.Join(", ", _devices.Select(device => device.Name))}.";

    /// <summary>What is thrown where devices are required, and not one layer fits.</summary>
    /// <inheritdoc cref="Plan" path="/param"/>
    public MemoryLimitException NoRoom(ModelInfo model, DecoderOptions decoder)
    {
        var one = Loads(MemoryEstimate.Of(model, decoder), 1).MaxBy(load => load.Bytes - load.FreeBytes)!;
        return new(
            "place model",
            Refusal(model) + " Lower EngineOptions.ContextSize or EngineOptions.MaxSequences, keep the KV cache in host memory "
            + "(DevicePlacement.KvOnDevice), or name the number of layers (DevicePlacement.Layers).",
            one.Bytes,
            Math.Max(Room(one.FreeBytes ?? 0), 0));
    }

    /// <summary>Whether all of the model is on devices.</summary>
    public bool IsWhole(PlacementPlan plan) => plan.Offload.Layers == AllLayers;

    /// <summary>What a device may be filled with: some of it is left to its driver, and to others.</summary>
    private static long Room(long free) => free - Math.Clamp(free / 16, 128 * MiB, 1024 * MiB);

    private static bool Fits(DeviceLoad load) => load.FreeBytes is not { } free || load.Bytes <= Room(free);

    private static ImmutableArray<ComputeDevice> Main(DevicePlacement asked, ImmutableArray<ComputeDevice> devices) =>
        asked.Split != DeviceSplit.None || devices.IsEmpty ? devices
        : asked.MainDevice is { } name ? [devices.First(device => device.Name.Equals(name, StringComparison.OrdinalIgnoreCase))]
        : [devices.MaxBy(device => device.FreeMemoryBytes ?? 0)!];

    private string Describe(DeviceLoad load, int layers) => string.Create(
        CultureInfo.InvariantCulture,
        $"{load.Device} takes {load.Layers} of {AllLayers} layers, {load.Bytes / 1e6:N0} MB of {load.FreeBytes / 1e6:N0} MB free"
        + $"{(asked.Layers is null && layers < AllLayers ? "; more do not fit" : "")}.");

    private ImmutableArray<float> Shares()
    {
        if (!asked.Shares.IsEmpty)
        {
            return asked.Shares;
        }

        var free = _devices.Select(device => (double)Math.Max(device.FreeMemoryBytes ?? 1, 1)).ToArray();
        return [.. free.Select(bytes => (float)(bytes / free.Sum()))];
    }

    /// <summary>What each device holds where so many of the last layers are offloaded.</summary>
    private ImmutableArray<DeviceLoad> Loads(MemoryEstimate estimate, int layers)
    {
        var shares = _devices.Length > 1 ? Shares() : [1];
        var counts = new int[_devices.Length];
        var bytes = new long[_devices.Length];
        var isSpread = asked.Split is DeviceSplit.Tensor;
        var cache = asked.KvOnDevice && weights.LayerCount > 0
            ? (estimate.KeyCacheBytes + estimate.ValueCacheBytes + estimate.RecurrentBytes) / weights.LayerCount
            : 0;
        var first = AllLayers - layers;
        for (var layer = first; layer < AllLayers; layer++)
        {
            var device = Holder(shares, (float)(layer - first) / layers);
            counts[device]++;
            Add(device, layer < weights.LayerCount ? cache : 0);
        }

        foreach (var weight in weights.Weights)
        {
            if (_elsewhere.TryGetValue(weight.Name, out var named))
            {
                if (IndexOf(named) is >= 0 and var index)
                {
                    bytes[index] += weight.Bytes;
                }
            }
            else if (weight.Layer >= first)
            {
                Add(Holder(shares, (float)(weight.Layer - first) / layers), weight.Bytes);
            }
        }

        return
        [
            .. _devices.Select((device, index) => new DeviceLoad
            {
                Device = device.Name,
                Layers = isSpread ? layers : counts[index],
                Bytes = bytes[index] + estimate.ComputeBytes,
                FreeBytes = device.FreeMemoryBytes,
            }),
        ];

        void Add(int device, long amount)
        {
            for (var i = 0; isSpread && i < bytes.Length; i++)
            {
                bytes[i] += (long)(amount * shares[i]);
            }

            bytes[device] += isSpread ? 0 : amount;
        }
    }

    /// <summary>The device that holds what lies at a part of the offloaded layers: the first whose shares reach beyond it.</summary>
    private static int Holder(ImmutableArray<float> shares, float place)
    {
        var reached = 0f;
        for (var i = 0; i < shares.Length - 1; i++)
        {
            reached += shares[i];
            if (reached > place)
            {
                return i;
            }
        }

        return shares.Length - 1;
    }

    private int IndexOf(string name)
    {
        for (var i = 0; i < _devices.Length; i++)
        {
            if (_devices[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}
