using System.Collections.Immutable;
using Lamina.Runtime;

namespace Lamina.Placement;

/// <summary>Chooses the devices that a placement asks for from those that there are.</summary>
internal static class DeviceSelector
{
    /// <summary>Chooses.</summary>
    /// <param name="asked">What was asked for, without faults.</param>
    /// <param name="inventory">What there is.</param>
    /// <param name="reason">What was decided and why, in words.</param>
    /// <returns>The devices; none for the CPU alone.</returns>
    /// <exception cref="DeviceUnavailableException">What is required is not there.</exception>
    /// <exception cref="ArgumentException">There are more or fewer shares than devices, or a name belongs to none of them.</exception>
    public static ImmutableArray<ComputeDevice> Select(DevicePlacement asked, DeviceInventory inventory, out string reason)
    {
        ImmutableArray<ComputeDevice> chosen;
        switch (asked.Choice)
        {
            case DeviceChoice.Cpu:
                (chosen, reason) = ([], "The CPU alone was asked for.");
                break;
            case DeviceChoice.Named:
                chosen = [.. asked.Names.Select(name => Find(name, inventory)).Where(device => device.Kind != DeviceKind.Cpu)];
                reason = $"{string.Join(", ", asked.Names)}: asked for by name.";
                break;
            default:
                chosen = Gpus(inventory);
                reason = chosen.IsEmpty ? $"No GPU can be used: the CPU computes.{Unusable(inventory)}"
                    : $"{string.Join(", ", chosen.Select(device => $"{device.Name} ({device.Description})"))}: {(chosen.Length == 1 ? "the GPU" : "the GPUs")} that can be used.";
                if (chosen.IsEmpty && asked.Choice == DeviceChoice.Gpu)
                {
                    throw new DeviceUnavailableException($"A GPU is required ({nameof(DevicePlacement)}.{nameof(DevicePlacement.Choice)} is "
                        + $"{DeviceChoice.Gpu}), and none can be used. There {Listing(inventory)}.{Unusable(inventory)} Reference "
                        + $"Lamina.Backend.Vulkan or Lamina.Backend.Cuda13, or take {nameof(DeviceChoice.Auto)} to go on with the CPU.");
                }

                break;
        }

        Check(asked, chosen, inventory);
        return chosen;
    }

    /// <summary>GPUs with memory of their own; where there are none, those of one backend that share the machine's.</summary>
    private static ImmutableArray<ComputeDevice> Gpus(DeviceInventory inventory)
    {
        // A card that two backends see is one card.
        var gpus = inventory.Devices.Where(device => device.Kind == DeviceKind.Gpu)
            .DistinctBy(device => device.Address ?? device.Name, StringComparer.Ordinal)
            .ToImmutableArray();
        var shared = inventory.Devices.Where(device => device.Kind == DeviceKind.IntegratedGpu).ToArray();
        return !gpus.IsEmpty ? gpus : [.. shared.Where(device => string.Equals(device.Backend, shared[0].Backend, StringComparison.Ordinal))];
    }

    private static ComputeDevice Find(string name, DeviceInventory inventory) =>
        inventory.Devices.FirstOrDefault(device => device.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new DeviceUnavailableException($"{nameof(DevicePlacement)}.{nameof(DevicePlacement.Names)} has '{name}', which is no "
            + $"device of this machine; there {Listing(inventory)}.{Unusable(inventory)}");

    private static void Check(DevicePlacement asked, ImmutableArray<ComputeDevice> chosen, DeviceInventory inventory)
    {
        if (asked.Choice != DeviceChoice.Named && !asked.Shares.IsEmpty && !chosen.IsEmpty && asked.Shares.Length != chosen.Length)
        {
            throw new ArgumentException(
                $"{nameof(DevicePlacement)}.{nameof(DevicePlacement.Shares)} had {asked.Shares.Length} numbers for {chosen.Length} devices "
                + $"({string.Join(", ", chosen.Select(device => device.Name))}).",
                nameof(asked));
        }

        var others = asked.Tensors.Select(rule => rule.Device).Append(asked.MainDevice).OfType<string>();
        foreach (var name in others.Where(name => !name.Equals(DevicePlacement.CpuName, StringComparison.OrdinalIgnoreCase)))
        {
            if (!chosen.Any(device => device.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new ArgumentException(
                    $"{nameof(DevicePlacement)} names the device '{name}' for weights, which is not among those that are used: "
                    + $"{(chosen.IsEmpty ? DevicePlacement.CpuName : string.Join(", ", chosen.Select(device => device.Name)))}. There {Listing(inventory)}.",
                    nameof(asked));
            }
        }
    }

    private static string Listing(DeviceInventory inventory) =>
        $"{(inventory.Devices.Length == 1 ? "is" : "are")} {string.Join(", ", inventory.Devices.Select(device => $"{device.Name} ({device.Description})"))}";

    private static string Unusable(DeviceInventory inventory) =>
        string.Concat(inventory.Unusable.Select(backend => $" {backend.Name} cannot be used: {backend.Reason.TrimEnd('.')}."));
}
