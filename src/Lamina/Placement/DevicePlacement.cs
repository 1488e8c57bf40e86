using System.Collections.Immutable;
using System.Globalization;
using Lamina.Runtime;
using Lamina.Validation;

namespace Lamina.Placement;

/// <summary>
/// Where a model is computed: on which devices, and how much of it. What is left open is worked out from the model's
/// sizes and the devices' free memory before anything is loaded.
/// </summary>
public sealed record DevicePlacement
{
    /// <summary>For <see cref="Layers"/>: all of them.</summary>
    public const int AllLayers = int.MaxValue;

    /// <summary>The name of the CPU, for <see cref="TensorPlacement.Device"/> and <see cref="Names"/>.</summary>
    public const string CpuName = "CPU";

    private const float ShareTolerance = 0.001f;

    /// <summary>GPUs where there are any and the model fits at least in part, else the CPU.</summary>
    public static DevicePlacement Auto { get; } = new();

    /// <summary>The CPU alone.</summary>
    public static DevicePlacement Cpu { get; } = new() { Choice = DeviceChoice.Cpu };

    /// <summary>GPUs; loading fails where there is none.</summary>
    public static DevicePlacement Gpu { get; } = new() { Choice = DeviceChoice.Gpu };

    /// <summary>Which devices may be used. Default: <see cref="DeviceChoice.Auto"/>.</summary>
    public DeviceChoice Choice { get; init; }

    /// <summary>The devices, where <see cref="Choice"/> is <see cref="DeviceChoice.Named"/>: names such as <c>CUDA0</c>, as
    /// <see cref="ComputeDevice.Name"/> has them.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>
    /// How many of the model's last layers go to the devices, from 0 to <see cref="ModelInfo.LayerCount"/> + 1 (what makes
    /// logits counts as one), or <see cref="AllLayers"/>. Default: null, as many as fit.
    /// </summary>
    public int? Layers { get; init; }

    /// <summary>How several devices divide it. Default: by layers.</summary>
    public DeviceSplit Split { get; init; }

    /// <summary>
    /// The share of each device, in the order of <see cref="Names"/>, or of <see cref="IModelRuntime.GetDevices"/>: from 0 to
    /// 1, and 1 together. Default: none, by their free memory.
    /// </summary>
    public ImmutableArray<float> Shares { get; init; } = [];

    /// <summary>The device that takes all, where <see cref="Split"/> is <see cref="DeviceSplit.None"/>. Default: null, the one
    /// with the most free memory.</summary>
    public string? MainDevice { get; init; }

    /// <summary>Weights that go elsewhere than their layer, by their names. Default: none.</summary>
    public ImmutableArray<TensorPlacement> Tensors { get; init; } = [];

    /// <summary>Whether the KV cache of an offloaded layer is on its device, or else in host memory, which leaves more room
    /// for weights and is slower. Default: true.</summary>
    public bool KvOnDevice { get; init; } = true;

    /// <summary>The devices of these names, and no others.</summary>
    /// <param name="names">Names such as <c>Vulkan0</c>; at least one.</param>
    public static DevicePlacement Named(params ImmutableArray<string> names) => new() { Choice = DeviceChoice.Named, Names = names };

    /// <summary>Whether two say the same.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(DevicePlacement? other) =>
        other is not null
        && Choice == other.Choice
        && Names.AsSpan().SequenceEqual(other.Names.AsSpan())
        && Layers == other.Layers
        && Split == other.Split
        && Shares.AsSpan().SequenceEqual(other.Shares.AsSpan())
        && string.Equals(MainDevice, other.MainDevice, StringComparison.Ordinal)
        && Tensors.AsSpan().SequenceEqual(other.Tensors.AsSpan())
        && KvOnDevice == other.KvOnDevice;

    internal IEnumerable<string> Faults()
    {
        const string owner = nameof(DevicePlacement);
        return [
            .. Fault.Undefined(owner, nameof(Choice), Choice),
            .. Fault.Undefined(owner, nameof(Split), Split),
            .. Fault.OutOfRange(owner, nameof(Layers), Layers, 0, AllLayers),
            .. NameFaults(owner),
            .. ShareFaults(owner),
            .. TensorRules.Faults(owner, Tensors),
            .. MainDevice is not null && Split != DeviceSplit.None
                ? [$"{owner}.{nameof(MainDevice)} was '{MainDevice}', which counts where {nameof(Split)} is {DeviceSplit.None}; it was {Split}."]
                : Array.Empty<string>(),
            .. Choice == DeviceChoice.Cpu && (Layers > 0 || MainDevice is not null || !Shares.IsEmpty)
                ? [$"{owner}.{nameof(Choice)} was {DeviceChoice.Cpu}; leave {nameof(Layers)}, {nameof(MainDevice)} and {nameof(Shares)} out."]
                : Array.Empty<string>(),
        ];
    }

    /// <summary>What does not fit the model, in words.</summary>
    internal IEnumerable<string> Faults(ModelInfo model)
    {
        if (Layers is { } layers && layers != AllLayers && layers > model.LayerCount + 1)
        {
            yield return $"{nameof(DevicePlacement)}.{nameof(Layers)} was {layers}; '{model.Name}' has {model.LayerCount + 1}, with what "
                + $"makes logits. {nameof(AllLayers)} stands for all.";
        }
    }

    private IEnumerable<string> NameFaults(string owner)
    {
        if (Choice == DeviceChoice.Named && (Names.IsEmpty || Names.Any(string.IsNullOrWhiteSpace)))
        {
            yield return $"{owner}.{nameof(Names)} were '{string.Join(", ", Names)}'; name the devices, such as Vulkan0.";
        }
        else if (Choice != DeviceChoice.Named && !Names.IsEmpty)
        {
            yield return $"{owner}.{nameof(Names)} were {string.Join(", ", Names)}, but {nameof(Choice)} is {Choice}; "
                + $"names count where it is {DeviceChoice.Named}.";
        }
        else if (Names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < Names.Length)
        {
            yield return $"{owner}.{nameof(Names)} were {string.Join(", ", Names)}; name each device once.";
        }
    }

    private IEnumerable<string> ShareFaults(string owner)
    {
        if (Shares.IsEmpty)
        {
            yield break;
        }

        var sum = Shares.Sum();
        if (Shares.Any(share => !(share is >= 0 and <= 1)) || Math.Abs(sum - 1) > ShareTolerance)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{owner}.{nameof(Shares)} were {string.Join(", ", Shares)}, together {sum}; give each device a share from 0 to 1, and 1 to all of them.");
        }

        if (Split == DeviceSplit.None)
        {
            yield return $"{owner}.{nameof(Shares)} were given, but {nameof(Split)} is {DeviceSplit.None}: one device takes all.";
        }

        if (Choice == DeviceChoice.Named && Shares.Length != Names.Length)
        {
            yield return $"{owner}.{nameof(Shares)} had {Shares.Length} numbers for {Names.Length} devices.";
        }
    }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Choice, Names.Length, Layers, Split, Shares.Length, MainDevice, KvOnDevice);
}
