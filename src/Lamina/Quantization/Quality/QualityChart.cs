using System.Text;

namespace Lamina.Quantization.Quality;

/// <summary>Draws a report: a panel of divergence against size, and one against speed.</summary>
internal static class QualityChart
{
    private const int PanelWidth = 430;
    private const int Height = 380;

    /// <summary>What a divergence of zero, which a logarithmic axis has no place for, is drawn as.</summary>
    private const double Least = 1e-6;

    // Colours that a page of either kind can have behind them; the background goes with the reader's.
    private const string Style =
        "text{font:12px system-ui,sans-serif;fill:#1f2328}.back{fill:#fff}.title{font-weight:600}.grid{stroke:#d1d9e0}"
        + ".axis{stroke:#59636e}.tick{fill:#59636e}.source{stroke:#bc4c00;stroke-dasharray:5 4}.name{fill:#bc4c00}.dot{fill:#0969da}"
        + "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.back{fill:#0d1117}.grid{stroke:#30363d}.axis{stroke:#8b949e}"
        + ".tick{fill:#8b949e}.source{stroke:#ffa657}.name{fill:#ffa657}.dot{fill:#58a6ff}}";

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

        var svg = new StringBuilder();
        var width = panels.Count * PanelWidth;
        svg.Append(ChartPanel.Text($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{Height}\" "))
            .Append(ChartPanel.Text($"viewBox=\"0 0 {width} {Height}\" role=\"img\" aria-label=\"Quality of quantized models\">\n"))
            .Append("<style>").Append(Style).Append("</style>\n")
            .Append("<rect class=\"back\" width=\"100%\" height=\"100%\"/>\n");
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
            new ChartPanel(svg, i * PanelWidth, PanelWidth, Height, across, divergence)
                .Draw(title, axis, "mean KL divergence, nats (lower is better)", points, report.Models[0].Label, source);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static ChartAxis DivergenceAxis(QualityReport report) => ChartAxis.Logarithmic(
        [.. report.Models.Where(model => model.Divergence is not null).Select(Drawn).Where(double.IsFinite)]);

    private static double Drawn(ModelQuality model) => Math.Max(model.Divergence!.Mean.Value, Least);
}
