using Lamina.Charts;

namespace Lamina.Quantization.Quality;

/// <summary>One panel of a picture: axes, points with their names, and a line for the source.</summary>
/// <param name="picture">What it is drawn in.</param>
/// <param name="start">Where the panel begins, in pixels from the left.</param>
/// <param name="width">How wide it is.</param>
/// <param name="height">How high.</param>
/// <param name="across">The lower axis.</param>
/// <param name="up">The left axis.</param>
internal sealed class ChartPanel(Picture picture, int start, int width, int height, ChartAxis across, ChartAxis up)
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
        picture.Write(middle, 22, title, "title", "middle");
        picture.Write(middle, height - 12, lower, "tick", "middle");
        picture.WriteUp(start + 16, (Top + PlotBottom) / 2, upper);
        foreach (var tick in across.Ticks)
        {
            picture.Line(X(tick), Top, X(tick), PlotBottom, "grid");
            picture.Write(X(tick), PlotBottom + 16, ChartAxis.Name(tick), "tick", "middle");
        }

        foreach (var tick in up.Ticks)
        {
            picture.Line(start + Left, Y(tick), PlotEnd, Y(tick), "grid");
            picture.Write(start + Left - 6, Y(tick) + 4, ChartAxis.Name(tick), "tick", "end");
        }

        picture.Line(start + Left, PlotBottom, PlotEnd, PlotBottom, "axis");
        picture.Line(start + Left, Top, start + Left, PlotBottom, "axis");
        if (sourcePlace is { } place)
        {
            picture.Line(X(place), Top, X(place), PlotBottom, "source");
            var half = LetterWidth * source.Length / 2;
            picture.Write(Math.Clamp(X(place), start + Left + half, Math.Max(PlotEnd - half, start + Left + half)), Top - 6, source, "name", "middle");
        }

        foreach (var point in points)
        {
            _taken.Add((X(point.X) - 5, Y(point.Y) + 5, 10));
        }

        foreach (var point in points)
        {
            picture.Dot(X(point.X), Y(point.Y));
            Name(point);
        }
    }

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
        picture.Write(free.X, free.Y, point.Label, "", "start");
    }

    private bool IsFree(double x, double y, double length) =>
        x > start + Left && x + length < PlotEnd + Right && y > Top + LineHeight && y < PlotBottom
        && _taken.TrueForAll(box => x + length < box.X || box.X + box.Width < x || Math.Abs(y - box.Y) >= LineHeight - 2);
}
