using System.Text;

namespace Lamina.Charts;

/// <summary>A picture in SVG that is drawn line by line.</summary>
internal sealed class Picture
{
    // Colours that a page of either kind can have behind them; the background goes with the reader's.
    private const string Style =
        "text{font:12px system-ui,sans-serif;fill:#1f2328}.back{fill:#fff}.title{font-weight:600}.grid{stroke:#d1d9e0}"
        + ".axis{stroke:#59636e}.tick{fill:#59636e}.source{stroke:#bc4c00;stroke-dasharray:5 4}.name{fill:#bc4c00}.dot{fill:#0969da}"
        + ".roof{stroke:#0969da;stroke-width:2}.faint{fill:#8c959f}"
        + "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.back{fill:#0d1117}.grid{stroke:#30363d}.axis{stroke:#8b949e}"
        + ".tick{fill:#8b949e}.source{stroke:#ffa657}.name{fill:#ffa657}.dot{fill:#58a6ff}.roof{stroke:#58a6ff}.faint{fill:#6e7681}}";

    private readonly StringBuilder _svg = new();

    /// <summary>Begins a picture.</summary>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height.</param>
    /// <param name="title">What it shows, for who cannot see it.</param>
    /// <param name="kinds">The style of kinds that this picture alone has.</param>
    public Picture(int width, int height, string title, string kinds = "")
    {
        _svg.Append(Text($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" "))
            .Append(Text($"viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{Escape(title)}\">\n"))
            .Append("<style>").Append(Style).Append(kinds).Append("</style>\n")
            .Append("<rect class=\"back\" width=\"100%\" height=\"100%\"/>\n");
    }

    /// <summary>Draws a line of a kind that the style knows.</summary>
    public void Line(double x1, double y1, double x2, double y2, string kind) =>
        _svg.Append(Text($"<line class=\"{kind}\" x1=\"{x1:F1}\" y1=\"{y1:F1}\" x2=\"{x2:F1}\" y2=\"{y2:F1}\"/>\n"));

    /// <summary>Draws a point.</summary>
    public void Dot(double x, double y, string kind = "dot") =>
        _svg.Append(Text($"<circle class=\"{kind}\" cx=\"{x:F1}\" cy=\"{y:F1}\" r=\"4.5\"/>\n"));

    /// <summary>Writes a text.</summary>
    /// <param name="x">Where it is anchored, from the left.</param>
    /// <param name="y">Its base line, from the top.</param>
    /// <param name="text">The text.</param>
    /// <param name="kind">A kind that the style knows, or nothing.</param>
    /// <param name="anchor">Which part of it is at <paramref name="x"/>: start, middle or end.</param>
    public void Write(double x, double y, string text, string kind, string anchor) => _svg
        .Append(Text($"<text class=\"{kind}\" x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\">"))
        .Append(Escape(text))
        .Append("</text>\n");

    /// <summary>Writes a text from below to above, its middle at a place.</summary>
    public void WriteUp(double x, double y, string text) => _svg
        .Append(Text($"<text class=\"tick\" text-anchor=\"middle\" transform=\"translate({x:F1} {y:F1}) rotate(-90)\">"))
        .Append(Escape(text))
        .Append("</text>\n");

    /// <summary>The picture.</summary>
    public override string ToString() => _svg + "</svg>\n";

    /// <summary>Formats numbers the same everywhere.</summary>
    private static string Text(FormattableString text) => FormattableString.Invariant(text);

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
