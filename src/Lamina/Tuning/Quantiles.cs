namespace Lamina.Tuning;

/// <summary>Quantiles of a few measurements.</summary>
internal static class Quantiles
{
    /// <summary>The median; NaN of nothing.</summary>
    public static double Median(IReadOnlyCollection<double> values) => At(values, 0.5);

    /// <summary>The value below which a part of them lies, between two of them where need be; NaN of nothing.</summary>
    public static double At(IReadOnlyCollection<double> values, double part)
    {
        if (values.Count == 0)
        {
            return double.NaN;
        }

        double[] sorted = [.. values.Order()];
        var place = part * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
