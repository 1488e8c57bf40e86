using System.Collections.Immutable;
using System.Globalization;

namespace Lamina.Charts;

/// <summary>An axis of a picture: from 0 in equal steps, or by powers of ten.</summary>
internal sealed class ChartAxis
{
    private readonly double _from;
    private readonly double _to;
    private readonly bool _isLogarithmic;

    private ChartAxis(double from, double to, bool isLogarithmic, ImmutableArray<double> ticks)
    {
        (_from, _to, _isLogarithmic, Ticks) = (from, to, isLogarithmic, ticks);
    }

    /// <summary>The values that are marked.</summary>
    public ImmutableArray<double> Ticks { get; }

    /// <summary>An axis from 0 to beyond the largest value, marked at about five round numbers.</summary>
    public static ChartAxis Linear(IReadOnlyCollection<double> values)
    {
        var most = values.Where(value => value > 0).DefaultIfEmpty(1).Max();
        var power = Math.Pow(10, Math.Floor(Math.Log10(most / 5)));
        var step = power * (most / 5 / power) switch
        {
            <= 1 => 1,
            <= 2 => 2,
            <= 5 => 5,
            _ => 10,
        };
        var steps = (int)Math.Floor(most / step) + 1;
        return new(0, steps * step, isLogarithmic: false, [.. Enumerable.Range(0, steps + 1).Select(i => i * step)]);
    }

    /// <summary>An axis over the powers of ten around the values, marked at each.</summary>
    public static ChartAxis Logarithmic(IReadOnlyCollection<double> values)
    {
        var least = (int)Math.Floor(Math.Log10(values.DefaultIfEmpty(0.01).Min()));
        var most = Math.Max((int)Math.Ceiling(Math.Log10(values.DefaultIfEmpty(0.1).Max())), least + 1);
        return new(
            Math.Pow(10, least),
            Math.Pow(10, most),
            isLogarithmic: true,
            [.. Enumerable.Range(least, most - least + 1).Select(power => Math.Pow(10, power))]);
    }

    /// <summary>Where a value is, from 0 at the beginning to 1 at the end.</summary>
    public double Place(double value) => _isLogarithmic
        ? Math.Log10(value / _from) / Math.Log10(_to / _from)
        : (value - _from) / (_to - _from);

    /// <summary>A mark as text.</summary>
    public static string Name(double tick) => tick is > 0 and < 1e-3
        ? tick.ToString("0.#e0", CultureInfo.InvariantCulture)
        : tick.ToString("0.######", CultureInfo.InvariantCulture);
}
