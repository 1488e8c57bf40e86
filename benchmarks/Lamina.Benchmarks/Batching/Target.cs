using System.Globalization;

namespace Lamina.Benchmarks.Batching;

/// <summary>What a figure should be.</summary>
/// <param name="Value">The limit.</param>
/// <param name="IsLeast">Whether it is the least that will do; else the most.</param>
/// <param name="OfFound">Whether it is the found figure that is held against it; else the ratio.</param>
internal sealed record Target(double Value, bool IsLeast, bool OfFound = false)
{
    public static Target AtLeast(double value) => new(value, IsLeast: true);

    public static Target AtMost(double value) => new(value, IsLeast: false);

    public bool IsMet(Comparison found) =>
        IsLeast ? Figure(found) >= Value : Figure(found) <= Value;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(IsLeast ? '≥' : '≤')} {Value}{(OfFound ? ", found" : "")}");

    private double Figure(Comparison found) => OfFound ? found.Found : found.Ratio;
}
