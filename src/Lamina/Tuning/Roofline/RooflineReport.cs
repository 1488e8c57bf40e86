using System.Collections.Immutable;

namespace Lamina.Tuning.Roofline;

/// <summary>How near a runtime comes to what a device can do with a model, and what it waits for.</summary>
/// <remarks>Immutable, so safe to use from any thread.</remarks>
public sealed record RooflineReport
{
    /// <summary>The runtime that ran the model, with its version.</summary>
    public required string Runtime { get; init; }

    /// <summary>The model's name.</summary>
    public required string ModelName { get; init; }

    /// <summary>What the device can do, as it was measured or given.</summary>
    public required DeviceRates Rates { get; init; }

    /// <summary>
    /// What the points are held against: the rates, with the operations a second that the runtime reached in the fastest load, if
    /// those are more. Products of short numbers can be faster than those of 32 bits that the device was measured with.
    /// </summary>
    public required DeviceRates Roof { get; init; }

    /// <summary>The loads.</summary>
    public required ImmutableArray<RooflinePoint> Points { get; init; }

    /// <summary>The report as a table in Markdown, with what its figures are below it.</summary>
    public string ToTable() => RooflineTable.Write(this);

    /// <summary>The report as a picture in SVG: operations a second against operations for each byte, both by powers of ten.</summary>
    public string ToSvg() => RooflineChart.Write(this);
}
