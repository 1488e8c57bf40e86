using Lamina.Charts;

namespace Lamina.Tuning;

/// <summary>Draws a report: a line for each setting, with its ratio to the baseline and its spread.</summary>
internal static class TuningChart
{
    private const double LetterWidth = 6.8;
    private const double PlotWidth = 336;
    private const int Margin = 24;
    private const int Top = 56;
    private const int RowHeight = 20;
    private const int Bottom = 52;

    /// <summary>More are not drawn: the slowest are left out.</summary>
    private const int MostRows = 40;

    public static string Write(TuningReport report)
    {
        TunedSetting[] rows = [.. report.Settings.Where(setting => double.IsFinite(setting.Ratio)).Take(MostRows)];
        var height = Top + (rows.Length * RowHeight) + Bottom;
        var start = Margin + (LetterWidth * rows.Max(setting => setting.Label.Length));
        var width = (int)(start + PlotWidth + Margin);
        var axis = ChartAxis.Linear([.. rows.Select(setting => setting.Ratio + setting.Spread)]);
        var picture = new Picture(width, height, "Speed of settings beside the baseline");
        picture.Write(width / 2d, 22, $"{report.ModelName}: speed of settings beside the baseline", "title", "middle");
        foreach (var tick in axis.Ticks)
        {
            picture.Line(X(tick), Top, X(tick), height - Bottom, "grid");
            picture.Write(X(tick), height - Bottom + 16, ChartAxis.Name(tick), "tick", "middle");
        }

        picture.Write(start + (PlotWidth / 2), height - 12, "times as fast as the baseline", "tick", "middle");
        picture.Line(X(1), Top, X(1), height - Bottom, "source");
        picture.Write(X(1), Top - 6, "baseline", "name", "middle");
        for (var row = 0; row < rows.Length; row++)
        {
            var (setting, y) = (rows[row], Top + ((row + 0.5) * RowHeight));
            picture.Write(start - 10, y + 4, setting.Label, setting == report.Best ? "title" : "tick", "end");
            picture.Line(X(Math.Max(setting.Ratio - setting.Spread, 0)), y, X(setting.Ratio + setting.Spread), y, "axis");
            picture.Dot(X(setting.Ratio), y, setting.IsFinalist ? "dot" : "faint");
        }

        return picture.ToString();

        double X(double value) => start + (axis.Place(value) * PlotWidth);
    }
}
