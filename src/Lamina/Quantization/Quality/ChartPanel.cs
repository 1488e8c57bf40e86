using System.Text;

namespace Lamina.Quantization.Quality;

/// <summary>One panel of a picture in SVG: axes, points with their names, and a line for the source.</summary>
/// <param name="svg">What it is written to.</param>
/// <param name="start">Where the panel begins, in pixels from the left.</param>
/// <param name="width">How wide it is.</param>
/// <param name="height">How high.</param>
/// <param name="across">The lower axis.</param>
/// <param name="up">The left axis.</param>
internal sealed class ChartPanel(StringBuilder svg, int start, int width, int height, ChartAxis across, ChartAxis up)
{
    private const double Left = 64;
    private const double Right = 16;
    private const double Top = 56;
    private const double Bottom = 52;
    private const double LetterWidth = 6.8;
    private const double LineHeight = 14;

    private readonly List<(double X, double Y, double Width)> _taken = [];

    private double PlotEnd => start + width - Right;

    private double PlotBottom => height - Bottom;

    /// <summary>Draws it all.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="lower">The name of the lower axis.</param>
    /// <param name="upper">The name of the left axis.</param>
    /// <param name="points">The models.</param>
    /// <param name="source">The source's name.</param>
    /// <param name="sourcePlace">Where the source is along the lower axis; null for no line.</param>
    public void Draw(
        string title, string lower, string upper, IReadOnlyList<ChartPoint> points, string source, double? sourcePlace)
    {
        var middle = (start + Left + PlotEnd) / 2;
        Write(middle, 22, title, "title", "middle");
        Write(middle, height - 12, lower, "tick", "middle");
        var (x, y) = (start + 16, (Top + PlotBottom) / 2);
        svg.Append(Text($"<text class=\"tick\" text-anchor=\"middle\" transform=\"translate({x:F1} {y:F1}) rotate(-90)\">{upper}</text>\n"));
        foreach (var tick in across.Ticks)
        {
            Line(X(tick), Top, X(tick), PlotBottom, "grid");
            Write(X(tick), PlotBottom + 16, ChartAxis.Name(tick), "tick", "middle");
        }

        foreach (var tick in up.Ticks)
        {
            Line(start + Left, Y(tick), PlotEnd, Y(tick), "grid");
            Write(start + Left - 6, Y(tick) + 4, ChartAxis.Name(tick), "tick", "end");
        }

        Line(start + Left, PlotBottom, PlotEnd, PlotBottom, "axis");
        Line(start + Left, Top, start + Left, PlotBottom, "axis");
        if (sourcePlace is { } place)
        {
            Line(X(place), Top, X(place), PlotBottom, "source");
            var half = LetterWidth * source.Length / 2;
            Write(Math.Clamp(X(place), start + Left + half, Math.Max(PlotEnd - half, start + Left + half)), Top - 6, source, "name", "middle");
        }

        foreach (var point in points)
        {
            _taken.Add((X(point.X) - 5, Y(point.Y) + 5, 10));
        }

        foreach (var point in points)
        {
            svg.Append(Text($"<circle class=\"dot\" cx=\"{X(point.X):F1}\" cy=\"{Y(point.Y):F1}\" r=\"4.5\"/>\n"));
            Name(point);
        }
    }

    /// <summary>Formats numbers the same everywhere.</summary>
    public static string Text(FormattableString text) => FormattableString.Invariant(text);

    private double X(double value) => start + Left + (across.Place(value) * (width - Left - Right));

    private double Y(double value) => PlotBottom - (up.Place(value) * (PlotBottom - Top));

    /// <summary>Writes a point's name beside it, where nothing else is.</summary>
    private void Name(ChartPoint point)
    {
        var length = LetterWidth * point.Label.Length;
        var (x, y) = (X(point.X), Y(point.Y));
        (double X, double Y)[] places =
        [
            (x + 8, y + 4), (x - 8 - length, y + 4), (x - (length / 2), y - 9), (x - (length / 2), y + 18),
            (x + 8, y - 10), (x - 8 - length, y - 10), (x + 8, y + 18), (x - 8 - length, y + 18),
        ];
        var free = places.Where(place => IsFree(place.X, place.Y, length)).Append(places[0]).First();
        _taken.Add((free.X, free.Y, length));
        Write(free.X, free.Y, point.Label, "", "start");
    }

    private bool IsFree(double x, double y, double length) =>
        x > start + Left && x + length < PlotEnd + Right && y > Top + LineHeight && y < PlotBottom
        && _taken.TrueForAll(box => x + length < box.X || box.X + box.Width < x || Math.Abs(y - box.Y) >= LineHeight - 2);

    private void Line(double x1, double y1, double x2, double y2, string kind) =>
        svg.Append(Text($"<line class=\"{kind}\" x1=\"{x1:F1}\" y1=\"{y1:F1}\" x2=\"{x2:F1}\" y2=\"{y2:F1}\"/>\n"));

    private void Write(double x, double y, string text, string kind, string anchor) => svg
        .Append(Text($"<text class=\"{kind}\" x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\">"))
        .Append(Escape(text))
        .Append("</text>\n");

    /// <summary>What XML has no letter for becomes U+FFFD.</summary>
    private static string Escape(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.Value switch
    {
        '<' => "&lt;",
        '>' => "&gt;",
        '&' => "&amp;",
        '"' => "&quot;",
        < 32 or 0xfffe or 0xffff => "\ufffd",
        _ => rune.ToString(),
    }));
}
