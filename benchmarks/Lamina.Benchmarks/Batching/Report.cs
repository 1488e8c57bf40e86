using System.Globalization;
using Spectre.Console;

namespace Lamina.Benchmarks.Batching;

/// <summary>The table on standard output, and progress on standard error.</summary>
internal sealed class Report
{
    private readonly Table _table = new Table().MarkdownBorder()
        .AddColumns("measurement", "unit", "baseline", "its figure", "found", "ratio", "target", "met");

    /// <summary>Adds a row.</summary>
    /// <param name="what">What was measured.</param>
    /// <param name="unit">The unit of both figures.</param>
    /// <param name="baseline">What it is held against.</param>
    /// <param name="found">Both figures.</param>
    /// <param name="target">What it should be, or null where that is not said.</param>
    public void Add(string what, string unit, string baseline, Comparison found, Target? target = null)
    {
        string[] cells =
        [
            what,
            unit,
            baseline,
            Format(found.Baseline),
            Format(found.Found),
            Format(found.Ratio),
            target?.ToString() ?? "",
            target is null ? "" : target.IsMet(found) ? "yes" : "no",
        ];
        _table.AddRow([.. cells.Select(Markup.Escape)]);
        Say(string.Join(" | ", cells));
    }

    /// <summary>Says how far it is.</summary>
    public void Say(string what) => Console.Error.WriteLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {what}");

    /// <summary>What tells the rounds of a comparison.</summary>
    public Action<int, double, double> Rounds(string what) => (round, baseline, found) =>
        Say($"{what}, round {round}: baseline {Format(baseline)}, found {Format(found)}");

    public void Write()
    {
        AnsiConsole.Profile.Width = 240; // a row is a line
        AnsiConsole.Write(_table);
    }

    private static string Format(double value) => value.ToString(
        Math.Abs(value) switch { >= 100 => "F0", >= 10 => "F1", >= 0.1 => "F3", _ => "G3" }, CultureInfo.InvariantCulture);
}
