namespace Lamina.Tuning.Roofline;

/// <summary>A load under the roofs of a device.</summary>
public sealed record RooflinePoint
{
    /// <summary>The load, in a few words.</summary>
    public required string Label { get; init; }

    /// <summary>Tokens that it is of.</summary>
    public required int Tokens { get; init; }

    /// <summary>What it reads and computes for them.</summary>
    public required StepCost Cost { get; init; }

    /// <summary>What it waits for.</summary>
    public required RooflineLimit Limit { get; init; }

    /// <summary>The most tokens a second that the device's rates allow.</summary>
    public required double BoundSpeed { get; init; }

    /// <summary>Tokens a second that the runtime reached; null where it was not measured.</summary>
    public double? MeasuredSpeed { get; init; }

    /// <summary>The part of the bound that the runtime reached; null where it was not measured.</summary>
    public double? Part => MeasuredSpeed / BoundSpeed;

    /// <summary>The operations a second that the runtime reached; null where it was not measured.</summary>
    public double? OperationsPerSecond => MeasuredSpeed / Tokens * Cost.Operations;

    /// <summary>Puts a load under the roofs of a device: it takes as long as the longer of its reading and its computing.</summary>
    /// <param name="label">The load, in a few words.</param>
    /// <param name="tokens">Tokens that it is of; at least 1.</param>
    /// <param name="cost">What it reads and computes.</param>
    /// <param name="rates">What the device can do.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no tokens.</exception>
    public static RooflinePoint Of(string label, int tokens, StepCost cost, DeviceRates rates)
    {
        ArgumentNullException.ThrowIfNull(label);
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        ArgumentNullException.ThrowIfNull(rates);
        var (reading, computing) = (cost.Bytes / rates.BytesPerSecond, cost.Operations / rates.OperationsPerSecond);
        return new()
        {
            Label = label,
            Tokens = tokens,
            Cost = cost,
            Limit = reading > computing ? RooflineLimit.Memory : RooflineLimit.Arithmetic,
            BoundSpeed = tokens / Math.Max(reading, computing),
        };
    }
}
