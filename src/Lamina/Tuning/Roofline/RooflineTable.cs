namespace Lamina.Tuning.Roofline;

/// <summary>Writes a report as a table in Markdown.</summary>
internal static class RooflineTable
{
    public static string Write(RooflineReport report)
    {
        IEnumerable<string> lines =
        [
            "| load | MB read | GFLOP | FLOP/byte | waits for | bound, tokens/s | measured | of the bound |",
            "|---|--:|--:|--:|---|--:|--:|--:|",
            .. report.Points.Select(Row),
            "",
            Text($"{report.ModelName} on {report.Runtime}. {report.Rates.Device}: {report.Rates.BytesPerSecond / 1e9:F1} GB/s, ")
                + Text($"{report.Rates.OperationsPerSecond / 1e9:F0} GFLOP/s with 32-bit numbers")
                + (report.Roof == report.Rates ? "." : Text($"; the runtime reached {report.Roof.OperationsPerSecond / 1e9:F0}, which is the roof.")),
            "Bound: the longer of reading the weights and the cache once, and computing all products. More than all of it means that weights stay in the "
                + "processor's caches.",
        ];
        return string.Join('\n', lines) + "\n";
    }

    private static string Row(RooflinePoint point) =>
        Text($"| {point.Label} | {point.Cost.Bytes / 1e6:F1} | {point.Cost.Operations / 1e9:F2} | {point.Cost.Intensity:F1} ")
        + $"| {(point.Limit == RooflineLimit.Memory ? "memory" : "arithmetic")} "
        + Text($"| {point.BoundSpeed:F0} | {Text(point.MeasuredSpeed, "F0")} | {(point.Part is { } part ? Text($"{100 * part:F0} %") : "–")} |");

    private static string Text(double? value, string format) =>
        value?.ToString(format, System.Globalization.CultureInfo.InvariantCulture) ?? "–";

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
