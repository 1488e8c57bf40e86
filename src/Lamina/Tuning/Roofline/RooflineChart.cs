using Lamina.Charts;

namespace Lamina.Tuning.Roofline;

/// <summary>Draws a report: the roofs of the device, and the loads below them.</summary>
internal static class RooflineChart
{
    private const int Width = 640;
    private const int Height = 420;
    private const double Left = 72;
    private const double Right = 616;
    private const double Top = 48;
    private const double Bottom = 368;

    public static string Write(RooflineReport report)
    {
        var roof = report.Roof;
        RooflinePoint[] points = [.. report.Points.Where(point => point.OperationsPerSecond > 0)];
        var across = ChartAxis.Logarithmic([roof.Ridge, roof.Ridge / 10, .. points.Select(point => point.Cost.Intensity)]);
        var up = ChartAxis.Logarithmic([roof.OperationsPerSecond / 1e9, .. points.Select(point => point.OperationsPerSecond!.Value / 1e9)]);
        var picture = new Picture(Width, Height, "Roofline");
        picture.Write((Left + Right) / 2, 22, $"{report.ModelName} under the roofs of {roof.Device}", "title", "middle");
        picture.Write((Left + Right) / 2, Height - 12, "operations for each byte", "tick", "middle");
        picture.WriteUp(18, (Top + Bottom) / 2, "GFLOP/s");
        foreach (var tick in across.Ticks)
        {
            picture.Line(X(tick), Top, X(tick), Bottom, "grid");
            picture.Write(X(tick), Bottom + 16, ChartAxis.Name(tick), "tick", "middle");
        }

        foreach (var tick in up.Ticks)
        {
            picture.Line(Left, Y(tick), Right, Y(tick), "grid");
            picture.Write(Left - 6, Y(tick) + 4, ChartAxis.Name(tick), "tick", "end");
        }

        // Where the memory's roof comes in from below, or from the left.
        var first = Math.Max(across.Ticks[0], up.Ticks[0] * 1e9 / roof.BytesPerSecond);
        picture.Line(X(first), Y(roof.Roof(first) / 1e9), X(roof.Ridge), Y(roof.OperationsPerSecond / 1e9), "roof");
        picture.Line(X(roof.Ridge), Y(roof.OperationsPerSecond / 1e9), Right, Y(roof.OperationsPerSecond / 1e9), "roof");
        foreach (var point in points)
        {
            var (x, y) = (X(point.Cost.Intensity), Y(point.OperationsPerSecond!.Value / 1e9));
            picture.Line(x, y, x, Y(roof.Roof(point.Cost.Intensity) / 1e9), "source");
            picture.Dot(x, y);
            picture.Write(x > Right - 100 ? x - 9 : x + 9, y + 14, point.Label, "", x > Right - 100 ? "end" : "start");
        }

        return picture.ToString();

        double X(double value) => Left + (across.Place(value) * (Right - Left));

        double Y(double value) => Bottom - (up.Place(value) * (Bottom - Top));
    }
}
