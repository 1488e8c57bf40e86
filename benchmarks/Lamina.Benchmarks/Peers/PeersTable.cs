using System.Globalization;
using Spectre.Console;

namespace Lamina.Benchmarks.Peers;

/// <summary>Writes results: a row for each task, a column for each peer, and who is absent.</summary>
internal static class PeersTable
{
    private const string NotTaken = "–";
    private const string Absent = "absent";

    public static void Write(PeerResults results, IAnsiConsole console)
    {
        var table = new Table().MarkdownBorder().AddColumns(["measurement", "unit", .. results.Names]);
        foreach (var task in results.Tasks)
        {
            table.AddRow([task.Name, task.Unit, .. results.Names.Select(name => Cell(results, name, task))]);
        }

        console.Write(table);
        console.WriteLine();
        console.WriteLine($"In brackets: how many times as fast {results.Names[0]} is, the median of the rounds. {NotTaken}: the peer cannot be asked for it.");
        foreach (var (name, why) in results.Absences)
        {
            console.WriteLine($"{name} is absent: {why}.");
        }
    }

    public static string Format(double figure) =>
        figure.ToString(figure switch { >= 1000 => "F0", >= 100 => "F1", _ => "F2" }, CultureInfo.InvariantCulture);

    private static string Cell(PeerResults results, string name, PeerTask task)
    {
        if (results.Find(name, task) is not { } figures)
        {
            return results.Absences.ContainsKey(name) ? Absent : NotTaken;
        }

        var own = results.Find(results.Names[0], task);
        var median = Format(Comparison.Median(figures));
        return own is null || string.Equals(name, results.Names[0], StringComparison.Ordinal)
            ? median
            : string.Create(CultureInfo.InvariantCulture, $"{median} ({Comparison.Median(own.Zip(figures, task.SpeedUp)):F2})");
    }
}
