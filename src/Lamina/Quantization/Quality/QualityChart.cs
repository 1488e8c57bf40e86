using Lamina.Charts;

namespace Lamina.Quantization.Quality;

/// <summary>Draws a report: a panel of divergence against size, and one against speed.</summary>
internal static class QualityChart
{
    private const int PanelWidth = 430;
    private const int Height = 380;

    /// <summary>What a divergence of zero, which a logarithmic axis has no place for, is drawn as.</summary>
    private const double Least = 1e-6;

    public static string Write(QualityReport report)
    {
        var panels = new List<(string Title, string Axis, Func<ModelQuality, double?> Place)>
        {
            ("Divergence against size", "weights, MB", model => model.SizeBytes / 1e6),
        };
        if (report.Models.Any(model => model.Speed is not null))
        {
            panels.Add(("Divergence against speed", "decode of one text, tokens/s", model => model.Speed?.Decode));
        }

        var picture = new Picture(panels.Count * PanelWidth, Height, "Quality of quantized models");
        var divergence = DivergenceAxis(report);
        for (var i = 0; i < panels.Count; i++)
        {
            var (title, axis, place) = panels[i];
            var source = place(report.Models[0]);
            var points = report.Models
                .Where(model => model.Divergence is not null && place(model) is { } x && double.IsFinite(x))
                .Where(model => double.IsFinite(model.Divergence!.Mean.Value))
                .Select(model => new ChartPoint(model.Label, place(model)!.Value, Drawn(model)))
                .ToArray();
            var across = ChartAxis.Linear([.. points.Select(point => point.X), .. source is { } x ? [x] : Array.Empty<double>()]);
            new ChartPanel(picture, i * PanelWidth, PanelWidth, Height, across, divergence)
                .Draw(title, axis, "mean KL divergence, nats (lower is better)", points, report.Models[0].Label, source);
        }

        return picture.ToString();
    }

    private static ChartAxis DivergenceAxis(QualityReport report) => ChartAxis.Logarithmic(
        [.. report.Models.Where(model => model.Divergence is not null).Select(Drawn).Where(double.IsFinite)]);

    private static double Drawn(ModelQuality model) => Math.Max(model.Divergence!.Mean.Value, Least);
}
