using System.Globalization;

namespace Lamina.Tuning;

/// <summary>Writes a report as a table in Markdown.</summary>
internal static class TuningTable
{
    public static string Write(TuningReport report)
    {
        string[] head = ["setting", .. report.Workloads.Select(load => Name(report, load)), "ratio", "±", "rounds", ""];
        IEnumerable<string> lines =
        [
            Row(head),
            Row(head.Select((_, column) => column == 0 || column == head.Length - 1 ? "---" : "--:")),
            .. report.Settings.Select(setting => Row(Cells(report, setting))),
            "",
            Text($"{report.ModelName} on {report.Runtime}. Speeds in tokens a second: ")
                + string.Join("; ", report.Workloads.Select(load => Meaning(report, load))) + ".",
            "Ratio: to the baseline, of several loads the geometric mean; the median of the rounds, each held against the baseline's turns right before "
                + "and after. ±: half of what lies between the quartiles. Compared: in rounds of their own, after the search.",
            report.Best == report.Baseline
                ? "No setting was faster than the baseline in three quarters of the rounds of the comparison: it is the best."
                : Text($"Best: {report.Best.Label}, {report.Gain:F2} times as fast as the baseline."),
        ];
        return string.Join('\n', lines) + "\n";
    }

    private static IEnumerable<string> Cells(TuningReport report, TunedSetting setting) =>
    [
        setting.Label,
        .. setting.Speeds.IsEmpty
            ? report.Workloads.Select(_ => "–")
            : setting.Speeds.Select(speed => speed.ToString(speed < 100 ? "F1" : "F0", CultureInfo.InvariantCulture)),
        Number(setting.Ratio),
        Number(setting.Spread),
        Text($"{setting.Rounds}"),
        setting.Failure is { } failure ? failure.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal)
            : setting == report.Best ? "best"
            : setting.IsFinalist ? "compared"
            : "",
    ];

    private static string Name(TuningReport report, Quantization.Workload load) =>
        TuningLoads.Name(load, report.PromptTokens, report.Streams);

    private static string Meaning(TuningReport report, Quantization.Workload load) => load switch
    {
        Quantization.Workload.OneStream => Text($"{Name(report, load)}, {report.DecodeTokens} tokens that follow on {report.TextTokens}"),
        Quantization.Workload.ManyStreams => Text($"{Name(report, load)}, all of {report.Streams} texts together"),
        _ => Text($"{Name(report, load)}, a prompt of so many tokens"),
    };

    private static string Number(double value) => double.IsFinite(value) ? Text($"{value:F3}") : "–";

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
