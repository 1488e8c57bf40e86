using System.Collections.Immutable;
using System.Text.Json;

namespace Lamina.Quantization.Quality;

/// <summary>What quantization costs and what it gives: a model and its quantized copies, measured in one run.</summary>
/// <remarks>Immutable, so safe to use from any thread.</remarks>
public sealed record QualityReport
{
    /// <summary>The runtime that ran the models, with its version.</summary>
    public required string Runtime { get; init; }

    /// <summary>Tokens of a chunk of the text; each was read by itself, and its second half scored.</summary>
    public required int ContextSize { get; init; }

    /// <summary>How many of the text's tokens were scored.</summary>
    public required int ScoredTokens { get; init; }

    /// <summary>The tokens of the prompt that <see cref="SpeedFigures.Prefill"/> is of.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>How many texts at once <see cref="SpeedFigures.BatchedDecode"/> is of.</summary>
    public required int Streams { get; init; }

    /// <summary>The models, the source first.</summary>
    public required ImmutableArray<ModelQuality> Models { get; init; }

    /// <summary>Reads a report that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="JsonException">It is no such report.</exception>
    public static QualityReport FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var report = JsonSerializer.Deserialize(json, QualityJson.Default.QualityReport);
        return report is { Models.IsDefaultOrEmpty: false } ? report : throw new JsonException("The report holds no models.");
    }

    /// <summary>The report as JSON, with all figures at full precision.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, QualityJson.Default.QualityReport);

    /// <summary>The report as a table in Markdown, with what its figures are below it.</summary>
    public string ToTable() => QualityTable.Write(this);

    /// <summary>
    /// The report as a picture in SVG: divergence from the source against the size of the weights and, where it was
    /// measured, against the decode speed of one text. A dashed line is the source.
    /// </summary>
    public string ToSvg() => QualityChart.Write(this);

    /// <summary>Writes the report to a file, in the form that its name asks for.</summary>
    /// <param name="path">The file: <c>.md</c> for the table, <c>.json</c> or <c>.svg</c>. One that is there is replaced.</param>
    /// <param name="cancellationToken">Stops it; the file may be cut short then.</param>
    /// <exception cref="ArgumentException">The name ends otherwise.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var text = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".MD" => ToTable(),
            ".JSON" => ToJson(),
            ".SVG" => ToSvg(),
            _ => throw new ArgumentException($"'{path}' ends in none of .md, .json and .svg, so its form is not known.", nameof(path)),
        };
        return File.WriteAllTextAsync(path, text, cancellationToken);
    }
}
