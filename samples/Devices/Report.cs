using System.Text;
using Lamina.Runtime;

namespace Devices;

/// <summary>The devices for people: a table of what there is, then what is of no use and why.</summary>
internal static class Report
{
    private static readonly string[] Titles = ["device", "kind", "backend", "memory", "free", "description", "also"];

    public static string Of(DeviceInventory inventory)
    {
        var text = new StringBuilder();
        AppendTable(text, [Titles, .. inventory.Devices.Select(Row)]);
        foreach (var backend in inventory.Unusable)
        {
            text.AppendLine().AppendLine($"{backend.Name} is of no use here: {backend.Reason}").AppendLine($"  {backend.File}");
        }

        return text.ToString();
    }

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
