namespace Lamina.Benchmarks;

/// <summary>Two sides that took turns: the medians over the rounds, and the median of the rounds' ratios.</summary>
internal sealed record Comparison(double Baseline, double Found, double Ratio)
{
    public static Comparison Of(IReadOnlyList<double> baseline, IReadOnlyList<double> found) => new(
        Median(baseline), Median(found), Median(baseline.Zip(found, (baseline, found) => found / baseline)));

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
