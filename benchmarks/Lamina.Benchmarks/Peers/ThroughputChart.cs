using System.Globalization;
using Lamina.Charts;

namespace Lamina.Benchmarks.Peers;

/// <summary>Draws tokens a second by the number of streams, a line for each peer.</summary>
internal static class ThroughputChart
{
    private const int Width = 720;
    private const int Height = 440;
    private const double Left = 72;
    private const double Right = 696;
    private const double Top = 80;
    private const double Bottom = 384;
    private const double LegendY = 52;

    /// <summary>Width of a letter in the legend, about.</summary>
    private const double Letter = 6.8;

    private const string Kinds =
        ".p0,.p1,.p2,.p3,.p4{stroke-width:2.5}.p0{stroke:#0969da;fill:#0969da}.p1{stroke:#8c959f;fill:#8c959f;stroke-dasharray:6 4}"
        + ".p2{stroke:#8250df;fill:#8250df}.p3{stroke:#bc4c00;fill:#bc4c00}.p4{stroke:#1a7f37;fill:#1a7f37}circle.p1{stroke-dasharray:none}"
        + "@media(prefers-color-scheme:dark){.p0{stroke:#58a6ff;fill:#58a6ff}.p2{stroke:#bc8cff;fill:#bc8cff}"
        + ".p3{stroke:#ffa657;fill:#ffa657}.p4{stroke:#3fb950;fill:#3fb950}}";

    /// <param name="results">What was measured of decode tasks.</param>
    /// <param name="title">The title.</param>
    public static string Draw(PeerResults results, string title)
    {
        PeerTask[] tasks = [.. results.Tasks.OrderBy(task => task.Streams)];
        var series = results.Names
            .Select((name, i) => (Name: name, Kind: $"p{i}", Points: PointsOf(name).ToArray()))
            .Where(line => line.Points.Length > 0)
            .ToArray();
        var up = ChartAxis.Linear([.. series.SelectMany(line => line.Points, (_, point) => point.Speed)]);
        var picture = new Picture(Width, Height, title, Kinds);
        picture.Write((Left + Right) / 2, 26, title, "title", "middle");
        picture.Write((Left + Right) / 2, Height - 14, "streams at once", "tick", "middle");
        picture.WriteUp(18, (Top + Bottom) / 2, "tokens/s of all streams");
        foreach (var tick in up.Ticks)
        {
            picture.Line(Left, Y(tick), Right, Y(tick), tick == 0 ? "axis" : "grid");
            picture.Write(Left - 8, Y(tick) + 4, ChartAxis.Name(tick), "tick", "end");
        }

        for (var i = 0; i < tasks.Length; i++)
        {
            picture.Write(X(i), Bottom + 20, tasks[i].Streams.ToString(CultureInfo.InvariantCulture), "tick", "middle");
        }

        // Lamina comes last, so that it lies above the others.
        foreach (var (_, kind, points) in series.Reverse())
        {
            foreach (var (from, to) in points.Zip(points.Skip(1)))
            {
                picture.Line(X(from.Place), Y(from.Speed), X(to.Place), Y(to.Speed), kind);
            }

            foreach (var (place, speed) in points)
            {
                picture.Dot(X(place), Y(speed), kind);
            }
        }

        var x = Left;
        foreach (var (name, kind, _) in series)
        {
            picture.Dot(x + 5, LegendY, kind);
            picture.Write(x + 16, LegendY + 4, name, "", "start");
            x += 40 + (name.Length * Letter);
        }

        return picture.ToString();

        IEnumerable<(int Place, double Speed)> PointsOf(string name) => tasks
            .Select((task, place) => (place, Figures: results.Find(name, task)))
            .Where(point => point.Figures is not null)
            .Select(point => (point.place, Comparison.Median(point.Figures!)));

        // Numbers of streams are usually doubled from one to the next: all are equally far apart.
        double X(int place) => Left + ((place + 0.5) / tasks.Length * (Right - Left));

        double Y(double speed) => Bottom - (up.Place(speed) * (Bottom - Top));
    }
}
