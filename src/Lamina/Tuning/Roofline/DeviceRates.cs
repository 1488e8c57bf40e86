namespace Lamina.Tuning.Roofline;

/// <summary>What a device can do at the most.</summary>
/// <param name="Device">What it is, for people.</param>
/// <param name="BytesPerSecond">Bytes that it reads from memory in a second.</param>
/// <param name="OperationsPerSecond">Floating-point operations in a second: a multiplication and its addition are two.</param>
public sealed record DeviceRates(string Device, double BytesPerSecond, double OperationsPerSecond)
{
    /// <summary>The intensity, in operations for each byte, above which arithmetic is what is waited for.</summary>
    public double Ridge => OperationsPerSecond / BytesPerSecond;

    /// <summary>The operations in a second that a computation of some intensity can reach.</summary>
    /// <param name="intensity">Operations for each byte.</param>
    public double Roof(double intensity) => Math.Min(intensity * BytesPerSecond, OperationsPerSecond);
}
