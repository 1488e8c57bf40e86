using System.Globalization;
using System.Text;
using Lamina.Runtime;

namespace Devices;

/// <summary>
/// The devices for people: a table of what there is, what is of no use and why, and where a model would go by itself.
/// </summary>
internal static class Report
{
    private static readonly string[] Titles = ["device", "kind", "backend", "memory", "free", "description", "also"];

    public static string Of(Findings found)
    {
        var text = new StringBuilder();
        AppendTable(text, [Titles, .. found.Inventory.Devices.Select(Row)]);
        foreach (var backend in found.Inventory.Unusable)
        {
            text.AppendLine().Append(backend.Name).Append(" is of no use here: ").AppendLine(backend.Reason);
            text.Append("  ").AppendLine(backend.File);
        }

        text.AppendLine().AppendLine($"{found.Model}, where nothing is asked for:");
        foreach (var reason in found.Auto.Reasons)
        {
            text.AppendLine($"  {reason}");
        }

        var estimate = found.Auto.Estimate;
        var host = Math.Max(estimate.TotalBytes - found.Auto.DeviceBytes, 0);
        text.AppendLine("  It takes " + Megabytes(estimate.TotalBytes) + ", " + Megabytes(host) + " of it beside devices: weights "
            + Megabytes(estimate.WeightBytes) + ", KV cache " + Megabytes(estimate.KeyCacheBytes + estimate.ValueCacheBytes) + " for "
            + found.Auto.ContextSize.ToString(CultureInfo.InvariantCulture) + " tokens a sequence, logits " + Megabytes(estimate.OutputBytes)
            + ", steps " + Megabytes(estimate.ComputeBytes) + ".");
        return text.ToString();
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N0} MB");

    private static string[] Row(ComputeDevice device) =>
    [
        device.Name,
        device.Kind switch
        {
            DeviceKind.Cpu => "CPU",
            DeviceKind.Gpu => "GPU",
            DeviceKind.IntegratedGpu => "integrated GPU",
            _ => "accelerator",
        },
        device.Backend,
        Memory(device.MemoryBytes),
        Memory(device.FreeMemoryBytes),
        device.Description,
        device.Capabilities == DeviceCapabilities.None ? "" : Words(device.Capabilities.ToString()),
    ];

    private static string Memory(long? bytes) => bytes is null ? "?" : $"{bytes / 1e9:N1} GB";

    /// <summary><c>HostBuffers</c> as <c>host buffers</c>.</summary>
    private static string Words(string name) => string.Concat(name.Select((letter, i) =>
        char.IsUpper(letter) ? (i > 0 && char.IsLower(name[i - 1]) ? " " : "") + char.ToLowerInvariant(letter) : $"{letter}"));

    private static void AppendTable(StringBuilder text, IReadOnlyList<string[]> rows)
    {
        var widths = Titles.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            text.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
